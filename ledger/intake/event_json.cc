#include "ledger/intake/event_json.h"

#include <array>
#include <boost/json/array.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "ledger/catalogue.h"
#include "ledger/intake/fields.h"
#include "ledger/money.h"
#include "ledger/text.h"

namespace kinledger::ledger::intake {
namespace {

namespace json = boost::json;

constexpr std::string_view high_ending = "High";
constexpr std::string_view low_ending = "Low";

std::string area_text(Area area) {
  constexpr std::size_t digits = 6;
  std::string text;
  append_digits(text, area.code, digits);
  return text;
}

std::string_view enumerant_name(std::span<const Enumerant> enumerants, std::size_t number) {
  // Newer programs may have recorded one that this one does not know.
  return number < enumerants.size() ? enumerants[number].name : "unknown";
}

/// Two halves of an id, most significant first.
std::string joined_halves(std::uint64_t high, std::uint64_t low) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  return to_hex(bytes);
}

json::array texts_of(const EventView& event, Field field) {
  json::array out;
  for (const std::string_view text : event.texts(field)) {
    if (is_utf8(text)) out.emplace_back(text);
  }
  return out;
}

json::array names_of(const EventView& event, const FieldInfo& field) {
  json::array out;
  for (const auto member : event.enumerants(field.id)) {
    out.emplace_back(enumerant_name(field.enumerants, member));
  }
  return out;
}

template <class T>
std::optional<json::value> text_value(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return json::value(to_text(*value));
}

/// Nothing when the field is absent.
std::optional<json::value> value_of(const EventView& event, const FieldInfo& field) {
  switch (field.kind) {
    case FieldKind::date:
      return text_value(event.date(field.id));
    case FieldKind::month:
      return text_value(event.month(field.id));
    case FieldKind::person:
      return text_value(event.person(field.id));
    case FieldKind::unit:
      return text_value(event.unit(field.id));
    case FieldKind::fact:
      return text_value(event.fact(field.id));
    case FieldKind::year:
      if (const auto year = event.year(field.id)) return json::value(year->value);
      return std::nullopt;
    case FieldKind::money:
      if (const auto amount = event.money(field.id)) return json::value(format_yuan(*amount));
      return std::nullopt;
    case FieldKind::area:
      if (const auto area = event.area(field.id)) return json::value(area_text(*area));
      return std::nullopt;
    case FieldKind::count:
      if (const auto number = event.integer(field.id)) return json::value(*number);
      return std::nullopt;
    case FieldKind::number:
      if (const auto number = event.integer(field.id)) {
        return json::value(static_cast<std::uint64_t>(*number));
      }
      return std::nullopt;
    case FieldKind::enumeration: {
      const auto number = event.enumerant(field.id);
      if (number == 0) return std::nullopt;
      return json::value(enumerant_name(field.enumerants, number));
    }
    case FieldKind::enumeration_list: {
      auto names = names_of(event, field);
      return names.empty() ? std::nullopt : std::optional<json::value>(std::move(names));
    }
    case FieldKind::text_list: {
      auto texts = texts_of(event, field.id);
      return texts.empty() ? std::nullopt : std::optional<json::value>(std::move(texts));
    }
    case FieldKind::digest_list: {
      json::array digests;
      for (const auto digest : event.texts(field.id))
        digests.emplace_back(digest_text(as_bytes(digest)));
      return digests.empty() ? std::nullopt : std::optional<json::value>(std::move(digests));
    }
    case FieldKind::text: {
      const auto text = event.text(field.id);
      if (text.empty() || !is_utf8(text)) return std::nullopt;
      return json::value(text);
    }
    case FieldKind::data: {
      const auto data = event.text(field.id);
      if (data.empty()) return std::nullopt;
      return json::value(to_hex(as_bytes(data)));
    }
  }
  return std::nullopt;
}

void add_envelope(json::object& out, const EventView& event, Sequence sequence) {
  const Envelope& envelope = event.envelope();
  out["type"] = type_info(event.type()).name;
  out["sequence"] = sequence.value;
  out["recordedAt"] = to_text(envelope.recorded_at);
  if (envelope.valid_on) out["validOn"] = to_text(*envelope.valid_on);
  out["fact"] = to_text(envelope.fact);
  out["submission"] = to_text(envelope.submission);
  out["ordinal"] = envelope.ordinal;
  out["count"] = envelope.count;
  out["actor"] = to_text(envelope.actor);
  if (envelope.jurisdiction.code != 0) out["jurisdiction"] = area_text(envelope.jurisdiction);
  if (envelope.source_row != 0) out["sourceRow"] = envelope.source_row;
}

void add_body(json::object& out, const EventView& event) {
  const auto& fields = type_info(event.type()).fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const FieldInfo& field = fields[i];
    if (field.name.ends_with(high_ending) && i + 1 < fields.size() &&
        fields[i + 1].name.ends_with(low_ending)) {
      const auto high = event.integer(field.id);
      const auto low = event.integer(fields[++i].id);
      if (!high && !low) continue;
      out[field.name.substr(0, field.name.size() - high_ending.size())] =
          joined_halves(static_cast<std::uint64_t>(high.value_or(0)),
                        static_cast<std::uint64_t>(low.value_or(0)));
      continue;
    }
    if (auto value = value_of(event, field)) out[field.name] = std::move(*value);
  }
}

template <class Ids>
json::array ids_of(const Ids& ids) {
  json::array out;
  for (const auto& id : ids) out.emplace_back(to_text(id));
  return out;
}

json::object correction_of(const Correction& correction) {
  json::object out;
  out["replaces"] = correction.replaces.value;
  out["cause"] = enumerant_name(correction_causes(), static_cast<std::size_t>(correction.cause));
  out["authority"] =
      enumerant_name(correction_authorities(), static_cast<std::size_t>(correction.authority));
  if (!correction.authority_document.empty() && is_utf8(correction.authority_document)) {
    out["authorityDocument"] = correction.authority_document;
  }
  if (!correction.former_persons.empty()) out["formerPersons"] = ids_of(correction.former_persons);
  if (!correction.former_units.empty()) out["formerUnits"] = ids_of(correction.former_units);
  if (correction.former_person_year) {
    out["formerPersonYear"] = correction.former_person_year->value;
  }
  if (correction.former_unit_year) out["formerUnitYear"] = correction.former_unit_year->value;
  return out;
}

}  // namespace

json::object event_to_json(const EventView& event, Sequence sequence) {
  json::object out;
  add_envelope(out, event, sequence);
  add_body(out, event);
  if (const auto correction = event.correction()) out["correction"] = correction_of(*correction);
  return out;
}

}  // namespace kinledger::ledger::intake
