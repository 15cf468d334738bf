"""What Piccolo must know of this application: its name, its tables, where its migrations are."""

import pkgutil
from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

import models
from models.db import APP_NAME, MIGRATIONS

_NOT_TABLES = {"db", "piccolo_app"}

APP_CONFIG = AppConfig(
    app_name=APP_NAME,
    migrations_folder_path=str(MIGRATIONS),
    table_classes=table_finder(
        [
            f"models.{module.name}"
            for module in pkgutil.iter_modules([str(Path(models.__file__).parent)])
            if not module.ispkg and module.name not in _NOT_TABLES
        ],
        exclude_imported=True,
    ),
)
