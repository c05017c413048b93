"""Tables of what each kind of garment may be: its seasons, fabrics, necks, sleeves and prices."""
