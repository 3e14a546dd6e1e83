"""A DAG file that cannot be imported."""

import no_such_package_anywhere

dag = no_such_package_anywhere.dag()
