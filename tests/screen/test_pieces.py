"""Words, pieces and windows."""

from seawall.screen.pieces import Pieces, words

VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "gar", "##den", "gate", "cafe", ",", "'", "海", "##s")


def pieces() -> Pieces:
    return Pieces(VOCABULARY)


def names(text: str) -> list[str]:
    return [VOCABULARY[number] for number in pieces().numbers(text)]


def test_words_are_lowered_without_accents_and_apart_from_marks() -> None:
    assert words("The Café,\tthe\u00a0GATE's") == ["the", "cafe", ",", "the", "gate", "'", "s"]
    assert words("a\u200bb\x00c \ud800d") == ["abc", "d"]
    assert words("海garden") == ["海", "garden"]


def test_a_word_is_cut_into_its_longest_pieces() -> None:
    assert names("the garden gates") == ["the", "gar", "##den", "gate", "##s"]


def test_what_the_vocabulary_lacks_is_one_unknown_token() -> None:
    assert names("the xylophone") == ["the", "[UNK]"]
    assert names("gate" * 30) == ["[UNK]"]


def test_windows_overlap_and_carry_their_marks() -> None:
    made = list(pieces().windows("the gate " * 10, 10, 6, 8))
    assert all(window[0] == 2 and window[-1] == 3 and len(window) <= 10 for window in made)
    assert [len(window) for window in made] == [10, 10, 10]
    assert made[0][7:9] == made[1][1:3]


def test_every_token_of_a_text_is_in_a_window() -> None:
    for count in range(1, 60):
        made = list(pieces().windows("gate " * count, 12, 6, 100))
        reached = [6 * place + len(window) - 2 for place, window in enumerate(made)]
        assert max(reached) == count
        assert len(made) == 1 or reached[-2] < count


def test_of_a_very_long_text_beginning_and_end_are_read() -> None:
    made = list(pieces().windows("the " * 50 + "gate " * 50, 12, 10, 4))
    assert len(made) == 4
    assert set(made[0][1:-1]) == set(made[1][1:-1]) == {4}
    assert set(made[2][1:-1]) == set(made[3][1:-1]) == {7}


def test_an_empty_text_is_one_window_of_marks() -> None:
    assert list(pieces().windows("", 12, 6, 4)) == [[2, 3]]
