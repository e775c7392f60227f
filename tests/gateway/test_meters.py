"""What the gateway counts of exchanges, as Prometheus' own parser reads it."""

from prometheus_client.parser import text_string_to_metric_families

from seawall.gateway import meters


def _told() -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(meters.page().decode())
    samples = (sample for family in families for sample in family.samples)
    return {(sample.name, *sorted(sample.labels.values())): sample.value for sample in samples}


def test_an_exchange_is_open_until_it_ends_and_then_counted_once_with_the_time_that_it_took() -> None:
    before = _told()
    meters.began()
    meters.began()
    assert _told()["seawall_exchanges_open",] == before["seawall_exchanges_open",] + 2
    meters.ended("chat", "answered", "allow", 0.05)
    meters.ended("chat", "failed", "allow", 400.0)
    after = _told()

    def more(*name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert more("seawall_exchanges_open") == 0
    assert more("seawall_exchanges_total", "allow", "answered", "chat") == 1
    assert more("seawall_exchanges_total", "allow", "chat", "failed") == 1
    # A bound counts what took just as long.
    buckets = [more("seawall_exchange_seconds_bucket", *sorted((bound, "chat"))) for bound in ("0.01", "0.05", "300.0")]
    assert buckets == [0, 1, 1]
    assert (
        more("seawall_exchange_seconds_bucket", "+Inf", "chat") == more("seawall_exchange_seconds_count", "chat") == 2
    )
    assert abs(more("seawall_exchange_seconds_sum", "chat") - 400.05) < 1e-6
