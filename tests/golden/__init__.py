"""Worked examples: cases in JSON, each solved by the product's own functions and compared with what is expected."""
