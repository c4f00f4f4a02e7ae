"""What a web server starts: gunicorn wsgi:app."""

from portal import create_app, logs
from portal.config import load_settings

settings = load_settings()
logs.begin(settings)
app = create_app(settings)
