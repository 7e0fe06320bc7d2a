#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stackseal_fuzz::parse_target(data));
