"""The least page that Streamlit can show: what Streamlit runs for the floor of `benchmarks.pages`."""

import streamlit as st

if __name__ == "__main__":
    st.write("x")
