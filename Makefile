# The commands of this project. `make` alone lists them, from the comments beside the targets.

VENV ?= .venv
PY := $(VENV)/bin/python
export VENV
STORY_OPTIONS = $(if $(FILE),--file "$(FILE)") $(if $(CHANNEL),--channel $(CHANNEL)) $(if $(AGAINST),--against $(AGAINST))

.DEFAULT_GOAL := help
.PHONY: help setup train serve chat phone test test-server test-browser lint measure measure-phone sabotage bench test-cluster soak fuzz sbom hazard-log tables stories stories-noisy stories-compare story leaflet leaflets withdraw topics unanswered audit clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## find or get Python 3.10 and make the environment (VENV=.venv)
	@scripts/setup

train: setup ## train the assistant, if anything changed since the last time
	@$(PY) -m bot.train

serve: setup ## train if needed and start the assistant (LEAFLETS=folder PORT=5005)
	@$(PY) -m bot.serve

chat: train ## talk to the assistant in this terminal (LEAFLETS=folder)
	@$(PY) -m bot.chat

phone: train ## call the assistant in this terminal (LEAFLETS=folder SPEAK=call.wav LINE=name)
	@$(PY) -m bot.phone

test: setup ## run every test that needs no other server
	@$(PY) -m pytest --ignore=tests/browser -m "not server"

test-server: setup ## run the tests that start the whole assistant, break it and talk to it
	@$(PY) -m pytest --ignore=tests/browser -m server

test-browser: setup ## try the web chat in a real browser (installs Chromium if there is none)
	@scripts/browser >/dev/null
	@$(PY) -m pytest tests/browser

lint: setup ## look for mistakes in the Python code
	@$(PY) -m ruff check

measure: setup ## measure how well messages are understood
	@$(PY) -m tests.measure

measure-phone: train ## measure the telephone: against REST, mis-heard, under load, from sound
	@$(PY) -m tests.measure_phone

sabotage: setup ## put faults in one at a time and see that a test notices each
	@$(PY) -m tests.sabotage

bench: setup ## measure speed, memory and start beside a stock Rasa bot
	@$(PY) -m tests.bench

test-cluster: setup ## run two workers with PostgreSQL, Redis and nginx and break them while patients talk
	@scripts/cluster-setup
	@$(PY) -m tests.cluster

soak: setup ## take 20,000 turns and see that memory stays flat
	@$(PY) -m tests.soak

fuzz: setup ## throw made-up input at everything that reads or answers, SECONDS=20 for each target
	@$(PY) -m tests.fuzz

sbom: setup ## write the software bill of materials and the licences to results/
	@scripts/sbom

hazard-log: setup ## write docs/safety/hazard-log.md from docs/safety/hazards.yml
	@$(PY) -m bot.staff.hazard_log

tables: setup ## write docs/topics.md and docs/signs.md from the data files
	@$(PY) -m bot.staff.tables

stories: setup ## play the staff's stories against the assistant (FILE=script CHANNEL=web AGAINST=url)
	@$(PY) -m bot.staff.stories.command $(STORY_OPTIONS)

stories-noisy: setup ## play the stories with typing errors, mis-hearings and the like, and say which broke
	@$(PY) -m bot.staff.stories.noisy $(STORY_OPTIONS)

stories-compare: setup ## say what changed between two story runs (A=run B=run, else the last two)
	@$(PY) -m bot.staff.stories.compare $(A) $(B)

story: setup ## write a story from a stored conversation (CONVERSATION=id STORE=database)
	@$(PY) -m bot.staff.stories.from_conversation $(CONVERSATION) $(if $(STORE),--store $(STORE))

leaflet: setup ## read, review and approve a leaflet (FILE=new.pdf REPLACES=id TERMINAL=1)
	@FILE="$(FILE)" REPLACES="$(REPLACES)" $(PY) -m bot.staff.leaflets

leaflets: setup ## list all leaflets with their states and write results/leaflets.html
	@$(PY) -m bot.staff.leaflets.register_page

withdraw: setup ## stop quoting a leaflet at once (LEAFLET=id)
	@LEAFLET="$(LEAFLET)" $(PY) -m bot.staff.leaflets.withdrawing

topics: setup ## add the topics of a new subject (FILE=knee.yml); then make train
	@FILE="$(FILE)" $(PY) -m bot.staff.leaflets.subject

unanswered: setup ## list questions without a good answer, by topic (DAYS=7), and write results/unanswered.html
	@$(PY) -m bot.staff.leaflets.unanswered

audit: setup ## list who looked at, exported or deleted what, and check the trail (CONVERSATION=id)
	@$(PY) -m bot.conversations.audit $(CONVERSATION)

clean: ## remove caches and what was built or trained; keeps the environment and the conversations
	@rm -rf build models/* .rasa .pytest_cache .ruff_cache .hypothesis
	@find . -name .git -prune -o -path './$(VENV)' -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
