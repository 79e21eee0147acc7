# What a person does often; .ci/run does the same on a fresh machine.

default: lint test

app:
    uv run trailviz

test *ARGS:
    uv run pytest {{ARGS}}

lint:
    uv run ruff check .
    uv run ruff format --check .
    uv run mypy
    uv run lint-imports

golden:
    GOLDEN=write uv run pytest -k golden

# Make the table of brands again; VERSION stands in the script.
brands VERSION="8.0.20260918":
    npm pack --silent --pack-destination /tmp name-suggestion-index@{{VERSION}}
    uv run python tests/making/brand_table.py /tmp/name-suggestion-index-{{VERSION}}.tgz

# Resolve anew and write the pins to constraints.txt; tests/test_pins.py says what to copy into pyproject.toml.
pins:
    echo "# The whole resolved set, pinned. Made by: just pins" > constraints.txt
    uv export --no-emit-project --no-hashes --no-annotate --no-header --all-extras >> constraints.txt
