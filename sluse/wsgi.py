"""For a web server that speaks WSGI; `sluse web` is one."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sluse.settings")

application = get_wsgi_application()
