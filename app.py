"""The door on screen: `trailviz`, `streamlit run app.py` and `python app.py` all serve this guarded app."""

import streamlit as st
from starlette.middleware import Middleware

from trailviz.views.panels import guard, launch, page

app = st.App(page.__file__, middleware=[Middleware(guard.Guard)], lifespan=launch.lifespan)

if __name__ == "__main__":
    app.run(config=launch.SETTINGS)
