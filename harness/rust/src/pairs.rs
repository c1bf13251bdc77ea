// SPDX-License-Identifier: Apache-2.0
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

/// Which key is wrong, its value and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentError(pub(crate) String);

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ArgumentError {}

/// `--key value` pairs in any order, read by the keys that a program knows.
pub(crate) struct Pairs(HashMap<String, String>);

impl Pairs {
    pub(crate) fn read(arguments: impl IntoIterator<Item = String>) -> Result<Self, ArgumentError> {
        let mut pairs = HashMap::new();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let Some(key) = argument.strip_prefix("--") else {
                return Err(ArgumentError(format!("`{argument}` is not a key; --key is needed")));
            };
            let Some(value) = arguments.next() else {
                return Err(ArgumentError(format!("--{key} has no value; --key value is needed")));
            };
            if pairs.insert(key.to_owned(), value).is_some() {
                return Err(ArgumentError(format!("--{key} is there twice; once is allowed")));
            }
        }
        Ok(Self(pairs))
    }

    pub(crate) fn is_given(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    pub(crate) fn text(&self, key: &str) -> Result<&str, ArgumentError> {
        let value = self.0.get(key).map(String::as_str);
        value.ok_or_else(|| ArgumentError(format!("--{key} is missing; it is always needed")))
    }

    pub(crate) fn number<T>(&self, key: &str, least: T) -> Result<T, ArgumentError>
    where
        T: FromStr + PartialOrd + fmt::Display,
    {
        let text = self.text(key)?;
        match text.parse() {
            Ok(number) if number >= least => Ok(number),
            _ => Err(ArgumentError(format!(
                "--{key} is `{text}`; a whole number from {least} is needed"
            ))),
        }
    }

    pub(crate) fn choice<T: Copy>(
        &self,
        key: &str,
        choices: &[(&str, T)],
    ) -> Result<T, ArgumentError> {
        let text = self.text(key)?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
            return Ok(*value);
        }
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        Err(ArgumentError(format!("--{key} is `{text}`; one of {} is needed", names.join(", "))))
    }
}
