"""trailviz: what one super-app could know of your day, from the exports you already have."""
