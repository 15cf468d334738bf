"""What is true (rules) and what is remembered (tables).

SQLite comes from the `pysqlite3` package, which carries a newer SQLite than most systems do: SQLite before
3.51.3 can lose commits in WAL mode. Two SQLite libraries in one process that open the same file can break
each other's locks, so the alias is set here, before anything of ours imports `sqlite3`. Where the package is
missing the system's SQLite serves, and models.engines.sqlite then keeps away from WAL.
"""

import sys
from importlib import import_module

try:
    sys.modules["sqlite3"] = import_module("pysqlite3")
    sys.modules["sqlite3.dbapi2"] = import_module("pysqlite3.dbapi2")
except ModuleNotFoundError:  # pragma: no cover - depends on what is installed
    pass
