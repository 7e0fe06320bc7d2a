#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stackseal_fuzz::policy_target(data));
