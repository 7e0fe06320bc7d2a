//! Writes the inputs that whole programs are measured on: `corpus FOLDER SEED`.
//!
//! `templates/` and `manifests/` hold files of every size, each of which a program is given alone, and
//! all of them together. `growth/` holds what shows how cost grows: with documents, with bytes, with
//! files.

use std::error::Error;
use std::fs;
use std::path::Path;

use stackseal_bench::generate::{self, Form};

/// Resources of the templates; of one, all that is left is the start of the program.
const TEMPLATES: [usize; 4] = [1, 5, 50, 500];

/// Objects of the manifests.
const MANIFESTS: [usize; 3] = [5, 50, 500];

/// Documents in a stream.
const DOCUMENTS: [usize; 3] = [1_000, 10_000, 100_000];

/// Sizes of a single file, in millions of bytes.
const MEGABYTES: [usize; 2] = [5, 50];

/// Files of five objects in a folder.
const FILES: [usize; 3] = [100, 1_000, 10_000];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(seed)) = (arguments.next(), arguments.next()) else {
        return Err("usage: corpus FOLDER SEED".into());
    };
    let folder = Path::new(&folder);
    let seed: u64 = seed.parse()?;
    for size in TEMPLATES {
        for form in [Form::YamlTemplate, Form::JsonTemplate, Form::CdkTemplate] {
            write(&folder.join("templates").join(form.file_name(size)), &form.text(size, seed))?;
        }
    }
    for size in MANIFESTS {
        let form = Form::YamlManifests;
        write(&folder.join("manifests").join(form.file_name(size)), &form.text(size, seed))?;
    }
    let growth = folder.join("growth");
    for documents in DOCUMENTS {
        let text = generate::small_documents(documents, seed);
        write(&growth.join(format!("documents-{documents}.yaml")), &text)?;
    }
    for megabytes in MEGABYTES {
        for (form, ending) in [(Form::YamlManifests, "yaml"), (Form::JsonManifests, "json")] {
            let path = growth.join(format!("megabytes-{megabytes}.{ending}"));
            write(&path, &form.text_of_bytes(megabytes * 1_000_000, seed))?;
        }
    }
    for files in FILES {
        for index in 0..files {
            let path = growth.join(format!("files-{files}/{}/{index}.yaml", index % 100));
            write(&path, &Form::YamlManifests.text(5, seed ^ index as u64))?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).map_err(|it| format!("cannot write {}: {it}", path.display()).into())
}
