"""What Streamlit runs for each page: one call, since it compiles and runs this file anew each time.

Streamlit puts this folder first on the import path: neither this module nor one beside it may be named like a room.
"""

from lakeproof.services.audit_session import show_page

if __name__ == "__main__":
    show_page()
