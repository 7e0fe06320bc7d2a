#![no_main]

stackseal_libfuzzer::program!("evaluate");
