"""Choose among candidates, and say what the choice costs against the oracle."""
