"""Where Piccolo looks for the engine and the tables; the service itself uses models.db.

Piccolo's command line (`piccolo migrations new loket --auto`) has no settings of ours: it takes
LOKET_DATABASE_URL. Only there; the service and its tests never touch a database they were not told to
connect().
"""

import os
import sys
from pathlib import Path

from piccolo.conf.apps import AppRegistry

from models import db

DB = db.engine
APP_REGISTRY = AppRegistry(apps=["models.piccolo_app"])

if Path(sys.argv[0]).stem == "piccolo" and "LOKET_DATABASE_URL" in os.environ:
    db.connect_on_first_use(os.environ["LOKET_DATABASE_URL"])
