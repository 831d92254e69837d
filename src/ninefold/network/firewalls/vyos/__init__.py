"""VyOS: the boot file (``config.boot``) and lists of ``set`` commands, versions 1.2 to 1.5, give one model."""
