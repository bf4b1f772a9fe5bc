# SPDX-License-Identifier: Apache-2.0
import pytest

from decisionlab_hub.java_parameters import Parameter, ParameterError, assignments, declared

CELL = """
// String commented = "out";
/* int also = 1; */
String records = "";           // a file; empty: generated; not this: int x = 3;
final int days = 30;
long seed = 42L; double share = 0.25;
float rate = 1e-3f;
boolean live = true;
List<String> names = List.of("a; int fake = 1", "b");
var text = \"\"\"
    int inText = 4;
    \"\"\";
String semicolon = "; int inString = 5;";
import java.util.List;
"""


def test_declarations_are_found_and_what_only_looks_like_one_is_not():
    assert {p.name: p.java_type for p in declared(CELL).values()} == {
        "records": "String",
        "days": "int",
        "seed": "long",
        "share": "double",
        "rate": "float",
        "live": "boolean",
        "names": "List<String>",
        "text": "var",
        "semicolon": "String",
    }


@pytest.mark.parametrize(
    ("java_type", "value", "literal"),
    [
        ("int", "7", "7"),
        ("int", "-2147483648", "-2147483648"),
        ("int", "+007", "7"),
        ("long", "9223372036854775807", "9223372036854775807L"),
        ("double", "0.5", "0.5"),
        ("double", "3", "3.0"),
        ("double", "-1e-7", "-1e-07"),
        ("double", "0e5", "0.0"),
        ("float", "2.5", "2.5f"),
        ("boolean", "false", "false"),
        ("String", "", '""'),
        ("String", "/data/a b.gz", '"/data/a b.gz"'),
        ("String", 'say "hi"\\', '"say \\"hi\\"\\\\"'),
        ("String", "tab\tline\nbell\x07", '"tab\\011line\\012bell\\007"'),
        ("String", "\\u0041 is not A", '"\\\\u0041 is not A"'),
        ("String", "Größe λ", '"Größe λ"'),
    ],
)
def test_a_value_becomes_a_literal_of_the_declared_type(java_type, value, literal):
    assert Parameter("p", java_type).assignment(value) == f"p = {literal};"


@pytest.mark.parametrize(
    ("java_type", "value", "expected"),
    [
        ("int", "1.5", "whole number"),
        ("int", "2147483648", "2147483647"),
        ("int", "", "whole number"),
        ("int", "١", "whole number"),
        ("long", "9223372036854775808", "9223372036854775807"),
        ("double", "NaN", "such as 0.5"),
        ("double", "1e999", "range of double"),
        ("double", "1d; System.exit(0)", "such as 0.5"),
        ("double", "1e-400", "range of double"),
        ("float", "1e39", "range of float"),
        ("float", "-1e-60", "range of float"),
        ("boolean", "True", "true or false"),
        ("List<String>", "a", "can be set"),
        ("var", "a", "can be set"),
        ("String", "bad \udcff", "UTF-8"),
    ],
)
def test_a_value_of_another_type_is_refused(java_type, value, expected):
    with pytest.raises(ParameterError, match=expected):
        Parameter("p", java_type).assignment(value)


def test_all_problems_are_reported_at_once_with_the_known_names():
    with pytest.raises(ParameterError) as refused:
        assignments(CELL, {"recrods": "x", "days": "many"})
    assert "did you mean records?" in str(refused.value)
    assert "records, days, seed" in str(refused.value)
    assert "days is declared int" in str(refused.value)


def test_assignments_come_in_the_order_given():
    assert assignments(CELL, {"days": "3", "records": "f"}) == 'days = 3;\nrecords = "f";'


def test_strings_survive_a_real_java_compiler(tmp_path):
    """The oracle is the JVM: it prints the characters of the literals we wrote."""
    import shutil
    import subprocess

    java = shutil.which("java")
    if java is None:
        pytest.skip("no java on the path")
    values = ['quote " backslash \\ done', "\\u0022", "a\tb\nc\r\x00\x1f\x7f9", "Größe λ 🙂", "'", "\\\\u0041\\"]
    literals = [Parameter("p", "String").assignment(value)[4:-1] for value in values]
    source = "public class Echo { public static void main(String[] a) { for (String s : new String[] {" + ", ".join(literals)
    source += '}) { System.out.println(s.chars().mapToObj(Integer::toString).collect(java.util.stream.Collectors.joining(","))); } } }'
    (tmp_path / "Echo.java").write_text(source, encoding="utf-8")
    command = [java, "-Dfile.encoding=UTF-8", str(tmp_path / "Echo.java")]
    printed = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    units = [value.encode("utf-16-le") for value in values]
    expected = [",".join(str(int.from_bytes(u[i : i + 2], "little")) for i in range(0, len(u), 2)) for u in units]
    assert printed.splitlines() == expected
