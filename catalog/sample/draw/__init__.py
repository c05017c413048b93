"""Drawing a garment with Pillow: shapes, fabrics and trimmings follow its attributes."""
