//! A function that does nothing: what the runtime itself costs.

fn main() -> Result<(), lambda_runtime::Error> {
    stackseal_hook_bench::serve(|_| true)
}
