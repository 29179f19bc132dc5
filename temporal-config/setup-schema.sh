#!/bin/sh
# Creates Temporal's databases on PostgreSQL where they are missing and brings their schemas to the version of this
# temporal-sql-tool. May run any number of times. The tool reads SQL_HOST, SQL_PORT, SQL_USER, SQL_PASSWORD, SQL_PLUGIN.
set -eu

setup() {
  temporal-sql-tool --database "$1" create-database
  temporal-sql-tool --database "$1" setup-schema --version 0.0
  temporal-sql-tool --database "$1" update-schema --schema-name "postgresql/v12/$2"
}

setup temporal temporal
setup temporal_visibility visibility
