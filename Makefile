# The commands of this project. `make` alone lists them, from the comments beside the targets.

VENV ?= .venv
PY := $(VENV)/bin/python
export VENV

.DEFAULT_GOAL := help
.PHONY: help setup train serve chat test test-browser lint measure sabotage bench hazard-log tables clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## find or get Python 3.10 and make the environment (VENV=.venv)
	@scripts/setup

train: setup ## train the assistant, if anything changed since the last time
	@$(PY) -m bot.train

serve: setup ## train if needed and start the assistant (LEAFLETS=folder PORT=5005)
	@$(PY) -m bot.serve

chat: train ## talk to the assistant in this terminal (LEAFLETS=folder)
	@$(PY) -m bot.chat

test: setup ## run every test that needs no other server
	@$(PY) -m pytest --ignore=tests/browser

test-browser: setup ## try the web chat in a real browser (installs Chromium if there is none)
	@scripts/browser >/dev/null
	@$(PY) -m pytest tests/browser

lint: setup ## look for mistakes in the Python code
	@$(PY) -m ruff check

measure: setup ## measure how well messages are understood
	@$(PY) -m tests.measure

sabotage: setup ## put faults in one at a time and see that a test notices each
	@$(PY) -m tests.sabotage

bench: setup ## measure speed, memory and start beside a stock Rasa bot
	@$(PY) -m tests.bench

hazard-log: setup ## write docs/safety/hazard-log.md from docs/safety/hazards.yml
	@$(PY) -m bot.staff.hazard_log

tables: setup ## write docs/topics.md and docs/signs.md from the data files
	@$(PY) -m bot.staff.tables

clean: ## remove caches and what was built or trained; keeps the environment and the conversations
	@rm -rf build models/* .rasa .pytest_cache .ruff_cache .hypothesis
	@find . -name .git -prune -o -path './$(VENV)' -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
