//! Every KMS action and what it lets its holder do.
//!
//! From the service authorization reference and the API model of November 2026; class and weight
//! are judgements of the separation of duties, see the page of `kms-key-separation-of-duties`.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html>

/// What kind of thing an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Changes the key or who may use it.
    Administration,
    /// Hands out or ends delegated use.
    Grant,
    /// A cryptographic operation with the key.
    Use,
    /// Reads about the key.
    Metadata,
}

/// How much an action of its class matters, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Decides who may use the key.
    Control,
    /// Yields plaintext, a private key or a shared secret.
    Reveals,
    /// Disables, destroys, copies or replaces key material.
    Lifecycle,
    /// Makes signatures or codes.
    Signs,
    /// Only encrypts.
    Protects,
    /// Only verifies.
    Checks,
    /// Tags, aliases, descriptions, and what restores or rotates.
    Housekeeping,
    /// Reads about one key.
    Read,
    /// Not about one key.
    Account,
}

/// Where an action has effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In key policies and identity policies.
    Anywhere,
    /// In identity policies only.
    IdentityPolicy,
}

/// One action.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// As the service writes it: `kms:Decrypt`.
    pub(super) action: &'static str,
    pub(super) class: Class,
    pub(super) weight: Weight,
    pub(super) place: Place,
}

const fn row(action: &'static str, class: Class, weight: Weight, place: Place) -> Row {
    Row { action, class, weight, place }
}

/// All of them, sorted by name.
#[rustfmt::skip]
pub(super) const TABLE: [Row; 58] = [
    row("kms:CancelKeyDeletion", Class::Administration, Weight::Housekeeping, Place::Anywhere),
    row("kms:ConnectCustomKeyStore", Class::Administration, Weight::Account, Place::IdentityPolicy),
    row("kms:CreateAlias", Class::Administration, Weight::Housekeeping, Place::Anywhere),
    row("kms:CreateCustomKeyStore", Class::Administration, Weight::Account, Place::IdentityPolicy),
    row("kms:CreateGrant", Class::Grant, Weight::Control, Place::Anywhere),
    row("kms:CreateKey", Class::Administration, Weight::Account, Place::IdentityPolicy),
    row("kms:Decapsulate", Class::Use, Weight::Reveals, Place::Anywhere),
    row("kms:Decrypt", Class::Use, Weight::Reveals, Place::Anywhere),
    row("kms:DeleteAlias", Class::Administration, Weight::Housekeeping, Place::Anywhere),
    row("kms:DeleteCustomKeyStore", Class::Administration, Weight::Account, Place::IdentityPolicy),
    row("kms:DeleteImportedKeyMaterial", Class::Administration, Weight::Lifecycle, Place::Anywhere),
    row("kms:DeriveSharedSecret", Class::Use, Weight::Reveals, Place::Anywhere),
    row("kms:DescribeCustomKeyStores", Class::Metadata, Weight::Account, Place::IdentityPolicy),
    row("kms:DescribeKey", Class::Metadata, Weight::Read, Place::Anywhere),
    row("kms:DisableKey", Class::Administration, Weight::Lifecycle, Place::Anywhere),
    row("kms:DisableKeyRotation", Class::Administration, Weight::Lifecycle, Place::Anywhere),
    row("kms:DisconnectCustomKeyStore", Class::Administration, Weight::Account, Place::IdentityPolicy),
    row("kms:EnableKey", Class::Administration, Weight::Housekeeping, Place::Anywhere),
    row("kms:EnableKeyRotation", Class::Administration, Weight::Housekeeping, Place::Anywhere),
    row("kms:Encapsulate", Class::Use, Weight::Protects, Place::Anywhere),
    row("kms:Encrypt", Class::Use, Weight::Protects, Place::Anywhere),
    row("kms:GenerateDataKey", Class::Use, Weight::Reveals, Place::Anywhere),
    row("kms:GenerateDataKeyPair", Class::Use, Weight::Reveals, Place::Anywhere),
    row("kms:GenerateDataKeyPairWithoutPlaintext", Class::Use, Weight::Protects, Place::Anywhere),
    row("kms:GenerateDataKeyWithoutPlaintext", Class::Use, Weight::Protects, Place::Anywhere),
    row("kms:GenerateMac", Class::Use, Weight::Signs, Place::Anywhere),
    row("kms:GenerateRandom", Class::Metadata, Weight::Account, Place::IdentityPolicy),
    row("kms:GetKeyLastUsage", Class::Metadata, Weight::Read, Place::Anywhere),
    row("kms:GetKeyPolicy", Class::Metadata, Weight::Read, Place::Anywhere),
    row("kms:GetKeyRotationStatus", Class::Metadata, Weight::Read, Place::Anywhere),
    row("kms:GetParametersForImport", Class::Administration, Weight::Housekeeping, Place::Anywhere),
    row("kms:GetPublicKey", Class::Metadata, Weight::Read, Place::Anywhere),
    row("kms:ImportKeyMaterial", Class::Administration, Weight::Lifecycle, Place::Anywhere),
    row("kms:ListAliases", Class::Metadata, Weight::Account, Place::IdentityPolicy),
    row("kms:ListGrants", Class::Metadata, Weight::Read, Place::Anywhere),
    row("kms:ListKeyPolicies", Class::Metadata, Weight::Read, Place::Anywhere),
    row("kms:ListKeyRotations", Class::Metadata, Weight::Read, Place::Anywhere),
    row("kms:ListKeys", Class::Metadata, Weight::Account, Place::IdentityPolicy),
    row("kms:ListResourceTags", Class::Metadata, Weight::Read, Place::Anywhere),
    row("kms:ListRetirableGrants", Class::Metadata, Weight::Account, Place::IdentityPolicy),
    row("kms:PutKeyPolicy", Class::Administration, Weight::Control, Place::Anywhere),
    row("kms:ReEncryptFrom", Class::Use, Weight::Reveals, Place::Anywhere),
    row("kms:ReEncryptTo", Class::Use, Weight::Protects, Place::Anywhere),
    row("kms:ReplicateKey", Class::Administration, Weight::Lifecycle, Place::Anywhere),
    row("kms:RetireGrant", Class::Grant, Weight::Housekeeping, Place::Anywhere),
    row("kms:RevokeGrant", Class::Grant, Weight::Lifecycle, Place::Anywhere),
    row("kms:RotateKeyOnDemand", Class::Administration, Weight::Housekeeping, Place::Anywhere),
    row("kms:ScheduleKeyDeletion", Class::Administration, Weight::Lifecycle, Place::Anywhere),
    row("kms:Sign", Class::Use, Weight::Signs, Place::Anywhere),
    row("kms:SynchronizeMultiRegionKey", Class::Administration, Weight::Housekeeping, Place::IdentityPolicy),
    row("kms:TagResource", Class::Administration, Weight::Housekeeping, Place::Anywhere),
    row("kms:UntagResource", Class::Administration, Weight::Housekeeping, Place::Anywhere),
    row("kms:UpdateAlias", Class::Administration, Weight::Housekeeping, Place::Anywhere),
    row("kms:UpdateCustomKeyStore", Class::Administration, Weight::Account, Place::IdentityPolicy),
    row("kms:UpdateKeyDescription", Class::Administration, Weight::Housekeeping, Place::Anywhere),
    row("kms:UpdatePrimaryRegion", Class::Administration, Weight::Lifecycle, Place::Anywhere),
    row("kms:Verify", Class::Use, Weight::Checks, Place::Anywhere),
    row("kms:VerifyMac", Class::Use, Weight::Checks, Place::Anywhere),
];
