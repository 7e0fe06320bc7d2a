#![no_main]

stackseal_libfuzzer::program!("hook");
