# What the event schema says about its own fields, beyond their wire types. Everything that must
# know the catalogue (the codec, JSON, templates, `kinledger schema`) reads it from here by
# reflection, so that a type or a field is described once.

@0xd3a1f6c1b7e24a90;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kinledger::ledger::wire");

annotation zh @0xd94f9d1b6a0c2e01 (struct, field, enumerant, enum) :Text;
# The term of the field in Chinese, as the five policy documents use it.

annotation required @0xd94f9d1b6a0c2e02 (field) :Void;
# A submission without this field is refused: without it the event does not say what happened.

annotation codes @0xd94f9d1b6a0c2e03 (field) :Text;
# The text is a code of the named list. Lists are declared by policy packs, so that a new city can
# add a scheme or a certificate without a new schema.

annotation effectYear @0xd94f9d1b6a0c2e04 (field) :Text;
# The year in which the event has its effect, for "person", for "unit" or for "both" kinds of
# subject; when it is absent, the year of the valid date. Facts are kept clustered by it. A type
# without it belongs to every year.

annotation family @0xd94f9d1b6a0c2e05 (struct) :Text;
# The chapter of the catalogue: enrollment, binding, payment, reimbursement, funding, registration,
# card, rectification, policy, ledger.

annotation month @0xd94f9d1b6a0c2e06 (field) :Void;
# The Int32 is a month, not a day. Every other Int32 without a default is a Date, every Int32 with
# the default `absentCount` a Count, every Int64 with the default `absentMoney` an amount in fen,
# every UInt32 an Area and every Int16 a Year.
