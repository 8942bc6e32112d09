"""The providers of a process: brought by packages, made once, and refused in words that help."""

from pathlib import Path

import pytest

from runners.providers.base import ProviderRefused
from runners.providers.registry import Providers
from runners.providers.simulated import Simulated

REHEARSED = "rehearsed = runners.providers.simulated:Simulated"


def install(folder: Path, name: str, *, entries: str, code: str = "") -> None:
    """Make an importable package with entry points, as pip would leave it."""
    (folder / f"{name}.py").write_text(code)
    info = folder / f"{name}-2.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.5\n")
    (info / "entry_points.txt").write_text(f"[batchdag.providers]\n{entries}\n")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.fixture
def providers(tmp_path: Path) -> Providers:
    return Providers({}, storage=tmp_path / "storage")


def test_the_shipped_providers_are_known(providers: Providers) -> None:
    assert {"gemini", "openai", "openai_responses", "simulated", "vertex"} <= set(providers.names())
    assert isinstance(providers.get("simulated"), Simulated)


def test_a_package_adds_its_provider(packages: Path, providers: Providers) -> None:
    install(packages, "rehearsing", entries=REHEARSED)
    assert "rehearsed" in providers.names()
    assert isinstance(providers.get("rehearsed"), Simulated)


async def test_a_provider_is_made_once_and_anew_after_closing(packages: Path, providers: Providers) -> None:
    install(packages, "rehearsing_once", entries=REHEARSED)
    first = providers.get("rehearsed")
    assert providers.get("rehearsed") is first
    await providers.aclose()
    assert providers.get("rehearsed") is not first


def test_an_unknown_provider_is_refused_with_the_nearest_name(packages: Path, providers: Providers) -> None:
    install(packages, "rehearsing_unknown", entries=REHEARSED)
    with pytest.raises(ProviderRefused, match=r"no provider 'reharsed' \(did you mean \"rehearsed\"\?\); known: "):
        providers.get("reharsed")


def test_a_missing_sdk_is_refused_with_the_extra_to_install(packages: Path, providers: Providers) -> None:
    install(packages, "needy", code="import no_such_sdk", entries="tiny = needy:Provider")
    with pytest.raises(ProviderRefused, match=r"needs the extra: pip install 'needy\[tiny\]' .*no_such_sdk"):
        providers.get("tiny")


def test_a_missing_setting_is_refused_by_the_provider_itself(packages: Path, tmp_path: Path) -> None:
    install(packages, "rehearsing_slowly", entries=REHEARSED)
    with pytest.raises(ProviderRefused, match="BATCHDAG_SIMULATED_SECONDS must be a number"):
        Providers({"BATCHDAG_SIMULATED_SECONDS": "soon"}, storage=tmp_path).get("rehearsed")


def test_what_is_no_provider_is_refused_with_what_it_lacks(packages: Path, providers: Providers) -> None:
    install(
        packages, "half", code="class Half:\n    name = 'half'\n    def line(self): ...", entries="half = half:Half"
    )
    with pytest.raises(ProviderRefused, match=r"half = half:Half of half 2\.5 is no provider, it lacks stage, submit"):
        providers.get("half")


def test_a_class_that_is_not_there_is_refused(packages: Path, providers: Providers) -> None:
    install(packages, "absent", entries="absent = absent:Gone")
    with pytest.raises(ProviderRefused, match=r"of absent 2\.5 cannot be loaded"):
        providers.get("absent")


def test_two_packages_with_one_name_are_both_named(packages: Path, providers: Providers) -> None:
    for package in ("rehearsing_a", "rehearsing_b"):
        install(packages, package, entries="twin = runners.providers.simulated:Simulated")
    with pytest.raises(ProviderRefused, match=r"(?s)two packages.*rehearsing.a 2\.5.*rehearsing.b 2\.5"):
        providers.get("twin")
