"""trailviz: what one super-app could know of your day, from the exports you already have."""

__version__ = "0.1.0"
