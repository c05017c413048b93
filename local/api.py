"""The parts that are Python of ours: the migration and the API, each a process of its own."""

from collections.abc import Mapping

from local.part import NotReady
from local.ports import HOST, http_status
from local.processes import Command
from local.stack import ROOT, StackConfig


class Migration:
    """The part `migrate`: brings the database to the schema of the code, and ends."""

    name = "migrate"

    def __init__(self, config: StackConfig, environment: Mapping[str, str]) -> None:
        """Migrate with the addresses of `environment`."""
        self._config = config
        self._environment = environment

    def prepare(self) -> None:
        """Nothing: the database is there before."""

    def command(self) -> Command:
        """The migration command."""
        return Command(
            name=self.name,
            argv=self._config.migrate_command,
            env=self._environment,
            cwd=ROOT,
            log=self._config.logs / "migrate.log",
            stack=self._config.folder,
            is_task=True,
        )

    def check(self) -> None:
        """Always NotReady: it is done when it has ended."""
        raise NotReady("it still runs")

    def finish(self) -> None:
        """Nothing."""

    def clean(self) -> None:
        """Nothing."""


class Api:
    """The part `api`."""

    name = "api"

    def __init__(self, config: StackConfig, environment: Mapping[str, str]) -> None:
        """Serve with the addresses of `environment`."""
        self._config = config
        self._environment = environment

    def prepare(self) -> None:
        """Nothing."""

    def command(self) -> Command:
        """The API on the stack's port of loopback."""
        address = {"MODISTE_HOST": HOST, "MODISTE_PORT": str(self._config.port)}
        return Command(
            name=self.name,
            argv=self._config.api_command,
            env={**self._environment, **address},
            cwd=ROOT,
            log=self._config.logs / "api.log",
            stack=self._config.folder,
            # Longer than the API itself gives the requests in flight.
            stop_timeout_s=15.0,
        )

    def check(self) -> None:
        """Raise NotReady unless the process answers; whether it can work is /readyz's to say."""
        try:
            status = http_status(self._config.port, "/healthz")
        except OSError as error:
            raise NotReady(f"no answer from {self._config.url}/healthz: {error}") from error
        if status != 200:
            raise NotReady(f"{self._config.url}/healthz answers {status}")

    def finish(self) -> None:
        """Nothing."""

    def clean(self) -> None:
        """Nothing."""
