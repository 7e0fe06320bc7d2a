//! The hook's function, evaluating as many rules through the `cfn-guard` crate.

fn main() -> Result<(), lambda_runtime::Error> {
    stackseal_hook_bench::serve(stackseal_hook_bench::guard::judge_event)
}
