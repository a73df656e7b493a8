#include "projections/bundle.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <optional>

#include "ledger/base64.h"
#include "ledger/json.h"
#include "projections/member_reader.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

using ledger::ByteView;
using ledger::Hash;
using ledger::Sequence;

constexpr std::string_view bundle_format = "kinledger bundle 1";
constexpr std::string_view kind_names[] = {"region", "person", "unit"};
constexpr std::string_view aspect_names[] = {"itself", "namesPersons"};

// Writing. Numbers of events stay below 2^63: a tree has no more.

std::string text_of(const Hash& hash) { return ledger::to_base64(ByteView(hash.bytes)); }
std::int64_t number_of(Sequence sequence) { return static_cast<std::int64_t>(sequence.value); }

json::array array_of(const std::vector<Hash>& hashes) {
  json::array out;
  for (const auto& hash : hashes) out.emplace_back(text_of(hash));
  return out;
}

json::object object_of(const Arguments& arguments) {
  json::object out{{"on", ledger::to_text(arguments.on)}};
  if (arguments.person) out["person"] = ledger::to_text(*arguments.person);
  if (arguments.unit) out["unit"] = ledger::to_text(*arguments.unit);
  if (arguments.year) out["year"] = arguments.year->value;
  json::array named;
  for (const auto& [name, value] : arguments.named) named.push_back(json::array{name, value});
  if (!named.empty()) out["named"] = std::move(named);
  return out;
}

json::object object_of(const BundledSubject& subject) {
  json::array events, bucket;
  for (const auto& [sequence, hash] : subject.events)
    events.push_back(json::array{number_of(sequence), text_of(hash)});
  for (const auto& leaf : subject.proof.bucket)
    bucket.push_back(json::array{text_of(leaf.key), text_of(leaf.events)});
  return {{"kind", kind_names[static_cast<std::size_t>(subject.of.subject.kind)]},
          {"id", ledger::to_hex(subject.of.subject.id)},
          {"aspect", aspect_names[static_cast<std::size_t>(subject.of.aspect)]},
          {"events", std::move(events)},
          {"bucket", std::move(bucket)},
          {"path", array_of(subject.proof.path)}};
}

// Reading. A member that is missing or of another kind gives nothing, and so does the whole; that
// there is nothing besides is seen by writing it again.

/// Hashes are in base64 here.
Hash hash_in(MemberReader& reader, const json::value* value) {
  const auto bytes = ledger::from_base64(reader.text(value));
  Hash out;
  if (!bytes || bytes->size() != out.bytes.size()) return reader.fail<Hash>();
  std::ranges::copy(*bytes, out.bytes.begin());
  return out;
}

std::vector<Hash> hashes_in(MemberReader& reader, std::string_view key) {
  std::vector<Hash> out;
  for (const auto& element : reader.list(key)) out.push_back(hash_in(reader, &element));
  return out;
}

std::optional<Arguments> arguments_in(const json::value* value) {
  MemberReader reader(value);
  Arguments arguments;
  const auto on = ledger::parse_date(reader.text("on"));
  if (!on) return std::nullopt;
  arguments.on = *on;
  if (reader.find("person") != nullptr) arguments.person = reader.id<ledger::PersonId>("person");
  if (reader.find("unit") != nullptr) arguments.unit = reader.id<ledger::UnitId>("unit");
  if (reader.find("year") != nullptr) {
    const auto year = reader.number("year");
    if (year > 9999) return std::nullopt;
    arguments.year = ledger::Year{static_cast<std::int16_t>(year)};
  }
  if (reader.find("named") != nullptr)
    for (const auto& element : reader.list("named")) {
      const auto [name, text] = reader.pair(element);
      arguments.named.emplace_back(reader.text(name), reader.text(text));
    }
  return reader.good() ? std::optional(std::move(arguments)) : std::nullopt;
}

std::optional<BundledSubject> subject_in(const json::value& value) {
  MemberReader reader(&value);
  BundledSubject out;
  out.of.subject.kind = static_cast<Subject::Kind>(reader.one_of("kind", kind_names));
  if (!ledger::from_hex(reader.text("id"), out.of.subject.id)) return std::nullopt;
  out.of.aspect = static_cast<Aspect>(reader.one_of("aspect", aspect_names));
  for (const auto& element : reader.list("events")) {
    const auto [sequence, hash] = reader.pair(element);
    out.events.push_back({{reader.number(sequence)}, hash_in(reader, hash)});
  }
  for (const auto& element : reader.list("bucket")) {
    const auto [key, events] = reader.pair(element);
    out.proof.bucket.push_back({hash_in(reader, key), hash_in(reader, events)});
  }
  out.proof.path = hashes_in(reader, "path");
  return reader.good() ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<Bundle> bundle_in(const json::value& value) {
  MemberReader reader(&value);
  Bundle bundle;
  bundle.question = reader.text("question");
  auto arguments = arguments_in(reader.find("arguments"));
  const auto* answer = reader.find("answer");
  if (!arguments || answer == nullptr) return std::nullopt;
  bundle.arguments = std::move(*arguments);
  bundle.answer = ledger::canonical_json(*answer);
  bundle.basis.size = {reader.number("basisSize")};
  bundle.basis.root = hash_in(reader, reader.find("basisRoot"));
  bundle.checkpoint = reader.text("checkpoint");
  bundle.consistency = hashes_in(reader, "consistency");
  bundle.map = {reader.number("subjectMap")};
  for (const auto& element : reader.list("events")) {
    const auto [sequence, bytes] = reader.pair(element);
    auto event = ledger::from_base64(reader.text(bytes));
    if (!event) return std::nullopt;
    bundle.events.push_back({{reader.number(sequence)}, std::move(*event)});
  }
  bundle.proof = hashes_in(reader, "proof");
  if (const auto* identity = reader.find("identity")) {
    const auto [canonical, key] = reader.pair(*identity);
    auto record = ledger::from_base64(reader.text(canonical));
    auto secret = ledger::from_base64(reader.text(key));
    if (!record || !secret) return std::nullopt;
    bundle.identity = {std::move(*record), std::move(*secret)};
  }
  for (const auto& element : reader.list("subjects")) {
    auto subject = subject_in(element);
    if (!subject) return std::nullopt;
    bundle.subjects.push_back(std::move(*subject));
  }
  return reader.good() ? std::optional(std::move(bundle)) : std::nullopt;
}

}  // namespace

std::string Bundle::to_text() const {
  json::array subject_list, event_list;
  for (const auto& subject : subjects) subject_list.push_back(object_of(subject));
  for (const auto& event : events)
    event_list.push_back(json::array{number_of(event.sequence), ledger::to_base64(event.bytes)});
  json::object out{{"format", bundle_format},
                   {"question", question},
                   {"arguments", object_of(arguments)},
                   {"answer", json::parse(answer)},
                   {"basisSize", static_cast<std::int64_t>(basis.size.value)},
                   {"basisRoot", text_of(basis.root)},
                   {"checkpoint", checkpoint},
                   {"consistency", array_of(consistency)},
                   {"subjectMap", number_of(map)},
                   {"subjects", std::move(subject_list)},
                   {"events", std::move(event_list)},
                   {"proof", array_of(proof)}};
  if (identity)
    out["identity"] =
        json::array{ledger::to_base64(identity->canonical), ledger::to_base64(identity->key)};
  return ledger::canonical_json(out) + "\n";
}

std::string answer_text(const Answer& answer) {
  auto object = to_json(answer);
  object.at("basis").as_object().erase("recordedAt");
  return ledger::canonical_json(object);
}

ledger::Parsed<Bundle> read_bundle(std::string_view text) {
  const ledger::Reason malformed("BUNDLE_FORMAT", "不是完整无误的证据包",
                                 "this is not a bundle, or it was changed");
  if (!text.ends_with('\n')) return malformed;
  const auto value = ledger::parse_json(text.substr(0, text.size() - 1), bundle_bytes_max);
  if (!value) return value.error();
  if (ledger::has_fraction(*value)) return malformed;
  auto bundle = bundle_in(*value);
  if (!bundle || bundle->to_text() != text) return malformed;
  return std::move(*bundle);
}

}  // namespace kinledger::projections
