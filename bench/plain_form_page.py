"""About the widgets of `form_page.py` as Streamlit has them, with nothing around."""

import time

import streamlit as st

st.title("Thirty widgets")
st.button("Again", key="again")
began = time.thread_time()
for half in range(2):
    st.slider("A share", 0.0, 1.0, 0.5, key=f"share_{half}")
    st.slider("A count", 0, 100, 40, key=f"count_{half}")
    st.text_input("A text", "a few words", max_chars=80, key=f"text_{half}")
    st.segmented_control(
        "A choice", ["small", "medium", "large"], default="medium", key=f"choice_{half}"
    )
    st.checkbox("Yes or no", key=f"yes_{half}")
    st.number_input("A number", value=0.0, key=f"number_{half}")
    st.number_input("A whole number", value=0, key=f"whole_{half}")
    st.date_input("A day", key=f"day_{half}")
    st.time_input("A time", key=f"time_{half}")
    st.date_input("The day of a moment", key=f"moment_day_{half}")
    st.time_input("The time of a moment", key=f"moment_time_{half}")
    st.color_picker("A colour", key=f"colour_{half}")
    st.multiselect("Some", ["red", "green", "blue"], key=f"some_{half}")
st.slider("A range", 0.0, 1.0, (0.0, 1.0), key="range")
st.text_area("A long text", key="long")
st.text_input("How long", key="duration")
st.file_uploader("A file", key="file")
st.file_uploader("A picture", key="picture")
st.data_editor({"name": ["a"], "size": [1.0]}, num_rows="dynamic", key="table")
print(f"THIRTY {(time.thread_time() - began) * 1000:.2f} 0", flush=True)
