"""KFP component `retire`: generations that are over give their Tritons back."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def retire() -> list[str]:
    """Take away the InferenceServices of retired and refused generations.

    Never that of the generation in use, nor of the one before it, which a rollback goes to. On a
    laptop the supervisor stops such Tritons by itself.

    Returns:
        The generations whose services went.
    """
    import os

    from components.retirement import retire_services

    return retire_services(os.environ)
