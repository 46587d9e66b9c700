"""Names that scripts import: aliases, older modules, and names that refuse to be used."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import minicnn
from minicnn import layers
from minicnn.compat import names, refusals
from minicnn.layers import Dense, Input

ALIASES = [(m, alias, name) for m, table in names.ALIASES.items() for alias, name in table.items()]
REFUSED = [
    (module, name)
    for module, reasons in names.REFUSED.items()
    for group in reasons.values()
    for name in group
]


@pytest.mark.parametrize(("module", "alias", "name"), ALIASES)
def test_an_alias_is_the_class(module, alias, name):
    module = importlib.import_module(module)
    assert getattr(module, alias) is getattr(module, name)
    assert (alias in module.__all__) == (module is layers)  # for `from layers import *`
    assert alias not in vars(module)


@pytest.mark.parametrize(("name", "module"), names.ELSEWHERE["minicnn"].items())
def test_the_package_has_the_base_classes(name, module):
    assert getattr(minicnn, name) is getattr(importlib.import_module(module), name)


@pytest.mark.parametrize("name", names.FUNCTIONS["minicnn.layers"])
def test_a_function_makes_its_layer_and_calls_it(name):
    x = Input((3,))
    y = getattr(layers, name)([x, x], name="joined")
    assert y.call.layer.name == "joined"
    assert type(y.call.layer).__name__ == names.FUNCTIONS["minicnn.layers"][name]


@pytest.mark.parametrize(("module", "name"), REFUSED)
def test_a_refused_name_can_be_imported_and_says_why(module, name):
    refused = getattr(importlib.import_module(module), name)
    with pytest.raises(NotImplementedError, match=rf"^{name}: .*\. docs/keras.md lists"):
        refused(3, units=4)


def test_a_model_in_yaml_is_refused():
    with pytest.raises(NotImplementedError, match="model_from_yaml: models are written as JSON"):
        minicnn.models.model_from_yaml("")


@pytest.mark.parametrize("module", names.MODULES)
def test_a_refused_module_holds_refused_names(module):
    inner = importlib.import_module(f"{module}.anything")
    with pytest.raises(NotImplementedError, match=r"^Something: "):
        inner.Something()
    assert getattr(importlib.import_module("minicnn"), module.split(".")[1])


@pytest.mark.parametrize(("old", "new"), names.OLD_MODULES.items())
def test_an_older_module_has_the_content_of_the_new_one(old, new):
    names_of_new = importlib.import_module(new).__all__
    with pytest.warns(DeprecationWarning, match=f"use {new}.{names_of_new[0]}"):
        found = getattr(importlib.import_module(old), names_of_new[0])
    assert found is getattr(importlib.import_module(new), names_of_new[0])


def test_unknown_names_are_unknown():
    with pytest.raises(AttributeError, match=r"module 'minicnn\.layers' has no attribute 'Foo'"):
        layers.Foo  # noqa: B018
    with pytest.raises(AttributeError, match="module 'minicnn' has no attribute 'foo'"):
        minicnn.foo  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'Foo'"):
        from minicnn.layers import Foo  # noqa: F401
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("minicnn.nothing")


def test_modules_are_found_from_the_top():
    code = (
        "import minicnn as keras\n"
        "assert keras.models.Sequential and keras.utils.to_categorical\n"
        "assert keras.preprocessing.image.ImageDataGenerator and keras.backend.floatx()\n"
        "assert keras.applications.VGG16 and keras.layers.experimental.preprocessing.Rescaling\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_the_core_knows_nothing_of_it():
    assert Dense.__module__ == "minicnn.layers.dense"
    assert "__getattr__" not in Path(layers.__file__).read_text(encoding="utf-8")


def test_a_star_import_of_layers_brings_what_it_brings_in_keras():
    names_there: dict[str, object] = {}
    exec("from minicnn.layers import *", names_there)
    assert names_there["MaxPool2D"] is layers.MaxPooling2D
    x = Input((3,))
    assert names_there["concatenate"]([x, x]).shape == (None, 6)
    with pytest.raises(NotImplementedError, match=r"^LSTM: minicnn has no recurrent layers"):
        names_there["LSTM"](4)


@pytest.mark.parametrize("name", refusals.METHODS)
def test_methods_that_models_lack_say_what_to_do_instead(name):
    model = minicnn.Sequential([Input((3,)), Dense(2)])
    with pytest.raises(NotImplementedError, match=f"^{name}: .*do not have it; "):
        getattr(model, name)("anything")


def test_the_name_that_keras_2_kept():
    layer = Dense(3)
    layer._name = "scores"
    assert (layer.name, layer.named) == ("scores", True)
    model = minicnn.Sequential([Input((3,)), layer, Dense(3, name="other")])
    model._name = "first"
    assert model.name == model._name == "first"
    with pytest.raises(ValueError, match="another layer of 'first' is named 'other'"):
        layer._name = "other"


def test_data_sets_say_that_nothing_is_downloaded():
    from minicnn.datasets import mnist

    with pytest.raises(NotImplementedError, match=r"^mnist: minicnn downloads no data; "):
        mnist.load_data()
