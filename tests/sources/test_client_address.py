"""Addresses, proxies and certificates: what a user may type (N3), the way out (N12, N13)."""

import ssl

import httpx
import pytest

from planner_gui.domain.errors import OriginRefused, ProxyFailed
from planner_gui.sources import network
from planner_gui.sources.address import origin
from planner_gui.sources.client import checked_base

CUT = ("/rest/tempo-planning/1", "/rest/bigpicture/1.0")


class TestCheckedBase:
    @pytest.mark.parametrize(
        ("typed", "used"),
        [
            ("https://jira.example.com", "https://jira.example.com"),
            (" https://JIRA.Example.com:443/ ", "https://jira.example.com"),
            ("https://jira.example.com:8443/jira//", "https://jira.example.com:8443/jira"),
            ("https://jira.example.com/jira/rest/tempo-planning/1", "https://jira.example.com/jira"),
            ("https://jira.example.com/jira/rest/tempo-planning/1/allocation", "https://jira.example.com/jira"),
            ("https://jira.example.com/rest/BigPicture/1.0/", "https://jira.example.com"),
            ("https://jira.example.com/rest/tempo-planning/10", "https://jira.example.com/rest/tempo-planning/10"),
            ("https://münchen.example/jira", "https://xn--mnchen-3ya.example/jira"),
            ("http://127.0.0.1:8080/jira", "http://127.0.0.1:8080/jira"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
        ],
    )
    def test_an_address_is_taken_as_it_is_used(self, typed: str, used: str) -> None:
        assert checked_base(typed, cut=CUT) == used

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            "jira.example.com",
            "ftp://jira.example.com",
            "https://",
            "http://jira.example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "https://user:password@jira.example.com",
            "https://user@jira.example.com",
            "https://jira.example.com/?os_username=x",
            "https://jira.example.com/#/home",
            "https://jira.example.com/jira#",
            "https://jira.example.com/jira?",
            "https://jira.example.com/a/../b",
            "https://jira.example.com\\@evil.example",
            "https://jira.example.com:99999",
            "https://[::1",
            "https://jira example.com",
            "https://jira.example.com/\x00",
            "javascript:alert(1)",
        ],
    )
    def test_any_other_is_refused_with_advice(self, typed: str) -> None:
        """N3."""
        with pytest.raises(OriginRefused) as caught:
            checked_base(typed, cut=CUT, connection="tempo")
        assert caught.value.advice
        assert "password@" not in str(caught.value)
        assert str(caught.value).startswith("tempo: ")


@pytest.fixture
def no_proxy_variables(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


class TestProxies:
    """N12."""

    @pytest.mark.parametrize(
        ("variables", "url", "proxy"),
        [
            ({}, "https://jira.example.com", None),
            ({"HTTPS_PROXY": "http://proxy:3128"}, "https://jira.example.com", "http://proxy:3128"),
            ({"https_proxy": "proxy:3128"}, "https://jira.example.com", "http://proxy:3128"),
            ({"ALL_PROXY": "http://proxy:3128"}, "https://jira.example.com", "http://proxy:3128"),
            ({"HTTP_PROXY": "http://proxy:3128"}, "https://jira.example.com", None),
            ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "example.com"}, "https://jira.example.com", None),
            ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "x, .example.com"}, "https://jira.example.com", None),
            ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*.example.com"}, "https://jira.example.com", None),
            ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "jira.example.com:443"}, "https://jira.example.com", None),
            ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, "https://jira.example.com", None),
            ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "ample.com,"}, "https://jira.example.com", "http://p:1"),
            ({"HTTPS_PROXY": "http://p:1"}, "https://127.0.0.1:8443", None),
            ({"HTTP_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, "http://localhost:80", None),
        ],
    )
    def test_the_environment_says_which_but_never_for_this_computer(
        self, no_proxy_variables: pytest.MonkeyPatch, variables: dict[str, str], url: str, proxy: str | None
    ) -> None:
        for name, value in variables.items():
            no_proxy_variables.setenv(name, value)
        assert network.proxy_for(origin(url)) == proxy

    @pytest.mark.parametrize("proxy", ["gopher://proxy:70", "socks5://proxy:1080", "http://[::1"])
    def test_one_that_cannot_be_used_is_a_message(self, no_proxy_variables: pytest.MonkeyPatch, proxy: str) -> None:
        no_proxy_variables.setenv("HTTPS_PROXY", proxy)
        with pytest.raises(ProxyFailed, match="proxy"):
            network.open_transport(origin("https://jira.example.com"), connection="tempo")


class TestCertificates:
    def test_the_operating_systems_certificates_are_checked(self) -> None:
        """N11."""
        context = network._certificates()
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert network._certificates() is context, "made once: it is slow"

    def test_no_key_log_is_written(self, monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory) -> None:
        """N13."""
        monkeypatch.setenv("SSLKEYLOGFILE", f"{tmp_path}/keys.log")
        network._certificates.cache_clear()
        try:
            context = network._certificates()
            assert getattr(context, "keylog_filename", None) is None
            assert context._ctx.keylog_filename is None  # type: ignore[attr-defined]
        finally:
            network._certificates.cache_clear()

    def test_environment_and_netrc_are_not_trusted(self, no_proxy_variables: pytest.MonkeyPatch) -> None:
        made: list[dict[str, object]] = []
        no_proxy_variables.setattr(httpx, "AsyncHTTPTransport", lambda **options: made.append(options))
        network.open_transport(origin("https://jira.example.com"), connection="tempo")
        assert made == [], "without a proxy nothing of httpx looks at the environment"
        no_proxy_variables.setenv("HTTPS_PROXY", "http://proxy:3128")
        network.open_transport(origin("https://jira.example.com"), connection="tempo")
        assert made[0]["trust_env"] is False
        assert made[0]["proxy"] == "http://proxy:3128"
