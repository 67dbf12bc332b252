"""Zip packages and the XML in them, read with limits: what .docx, .xlsx, .ofd and .zip share."""
