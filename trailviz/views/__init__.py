"""What a person sees: the map, the stage, the report and the app around them."""
