"""The app around the stage: the only room, with app.py, that knows streamlit."""
