"""Evaluate a saved model on the test images of FER2013.

    python evaluate_model.py --model_path model.keras --data_path fer2013.zip

The data can also be named by the environment variable MINICNN_FER2013. Without data the model is
evaluated on the synthetic test faces.
"""

from __future__ import annotations

import argparse
import os
import sys

from model import load_model

from minicnn.fer import evaluate, evaluation_report, load_fer2013, load_synthetic


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Evaluate a saved model on the test images of FER2013.",
        epilog="example: python evaluate_model.py --model_path model.keras",
    )
    parser.add_argument("--model_path", required=True, help="a .keras file")
    parser.add_argument(
        "--data_path",
        default=os.environ.get("MINICNN_FER2013"),
        help="zip, folder or csv file of FER2013 (default: environment variable MINICNN_FER2013)",
    )
    arguments = parser.parse_args()
    try:
        model = load_model(arguments.model_path)
        if arguments.data_path:
            dataset = load_fer2013(arguments.data_path)
        else:
            print("No data named, so these are the synthetic test faces.")
            dataset = load_synthetic()
        print(evaluation_report(evaluate(model, dataset.test)))
    except (ValueError, OSError) as error:
        print(f"evaluate_model.py: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
