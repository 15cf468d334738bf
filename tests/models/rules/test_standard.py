"""The standard's fourteen components, and what their texts may say [M1, T1, F1, P7]."""

import pytest

from models.rules.standard import LONGEST, PLACES, Component, Part, fault, fill

GOOD = {
    Component.TIME: "{janji}, jika tidak ada kendala teknis.",
    Component.COST: "{biaya}, gratis.",
    Component.PROCEDURE: "Diperbaiki paling lambat pukul {batas_perbaikan}.",
}


def test_six_and_eight_components() -> None:
    """M1: six of delivery, eight of management, numbered anew as printed."""
    numbers = {part: [at.number for at in PLACES.values() if at.part is part] for part in Part}
    assert numbers == {Part.DELIVERY: list(range(1, 7)), Part.MANAGEMENT: list(range(1, 9))}
    assert PLACES[Component.COMPLAINTS].part is Part.DELIVERY
    assert PLACES[Component.LEGAL_BASIS].number == 1


@pytest.mark.parametrize("component", Component)
def test_what_is_enforced_must_be_a_placeholder(component: Component) -> None:
    """T1, F1, P7: promise, fee and deadline come from the rules in the components that are about them."""
    plain = fault(component, "Kami layani dengan baik.")
    assert bool(plain) == (component in GOOD)
    assert fault(component, GOOD.get(component, "Kami layani.")) == ""
    if component in GOOD:
        name = GOOD[component].partition("{")[2].partition("}")[0]
        assert f"{{{name}}}" in plain


@pytest.mark.parametrize(
    "words",
    ["Biaya Rp 10.000.", "Biaya Rp5000", "rp. 1", "10.000 rupiah", "Lima ribu rupiah", "20 ribu rupiah"],
)
@pytest.mark.parametrize("component", Component)
def test_no_text_names_money(component: Component, words: str) -> None:
    """F1: whatever else a text says, it costs nothing."""
    assert "{biaya}" in fault(component, f"{GOOD.get(component, '')} {words}")


@pytest.mark.parametrize(
    "words", ["5 hari kerja", "3 (tiga) hari kerja", "tiga hari", "sehari selesai", "1 x 24 jam", "3x24 jam"]
)
def test_no_other_number_of_days_is_promised(words: str) -> None:
    """T1: where the promise is told, only the one that is kept."""
    assert "{janji}" in fault(Component.TIME, f"{GOOD[Component.TIME]} Selesai dalam {words}.")
    assert fault(Component.EVALUATION, f"Rapat setiap {words}.") == ""


@pytest.mark.parametrize("words", ["pukul 13", "jam 15.00", "14.00 WIB", "09:30 WIB"])
def test_no_other_hour_is_promised(words: str) -> None:
    """P7: noon is the deadline, whoever words the procedure."""
    assert "{batas_perbaikan}" in fault(
        Component.PROCEDURE, f"{GOOD[Component.PROCEDURE]} Atau sampai {words}."
    )


@pytest.mark.parametrize(
    "words", ["formulir F-1.02", "keesokan harinya", "sesuai hari kerja", "Peraturan Nomor 25 Tahun 2009"]
)
def test_what_promises_nothing_is_no_fault(words: str) -> None:
    assert fault(Component.REQUIREMENTS, words) == ""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "Tulis isinya"),
        ("  \n ", "Tulis isinya"),
        ("a" * (LONGEST + 1), "Terlalu panjang"),
        ("Halo {nik}", "{nik} tidak dikenal"),
        ("Halo {kantor", "kurung kurawal"),
        ("Halo }", "kurung kurawal"),
        ("Halo {KANTOR}", "kurung kurawal"),
    ],
)
def test_faults_are_told_in_words(body: str, said: str) -> None:
    assert said in fault(Component.PRODUCT, body)


def test_the_longest_text_fits() -> None:
    assert fault(Component.PRODUCT, "a" * LONGEST) == ""


def test_filling() -> None:
    assert fill("{janji}, di {kantor}.", {"janji": "2 hari", "kantor": "{janji}"}) == "2 hari, di {janji}."
    with pytest.raises(KeyError):
        fill("{lain}", {})
