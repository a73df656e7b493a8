// Writing: a draft becomes the canonical bytes of an event.
#include <capnp/any.h>
#include <capnp/message.h>

#include <algorithm>

#include "event.capnp.h"
#include "ledger/event.h"
#include "ledger/event_layout.h"

namespace kinledger::ledger {
namespace {

constexpr std::size_t recorded_at_offset_bytes = 8;  // behind the root pointer
// Layout of the envelope's data section; a test holds both against the schema.
constexpr std::uint16_t envelope_words = 10;
constexpr std::size_t discriminant_offset_bytes = 9 * 8 + 4;

using IdBytes = std::array<std::uint8_t, 16>;

std::uint64_t half(const IdBytes& id, std::size_t at) {
  std::uint64_t value;
  std::memcpy(&value, id.data() + at, sizeof value);
  return __builtin_bswap64(value);
}

std::int32_t stored(Date date) { return static_cast<std::int32_t>(date.days + rata_die_epoch); }

/// Bits as they stand in the data section; absent is zero.
std::uint64_t stored_bits(const FieldInfo& info, const FieldValue& value) {
  const auto number = static_cast<std::uint64_t>(std::get<std::int64_t>(value));
  const auto bits = number ^ info.default_bits;
  return info.width_bytes == 8 ? bits : bits & ((std::uint64_t{1} << info.width_bytes * 8) - 1);
}

bool is_empty(const FieldValue& value) {
  return std::visit(
      [](const auto& held) {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::int64_t>)
          return false;
        else if constexpr (std::is_same_v<Held, IdBytes>)
          return held == IdBytes{};
        else
          return held.empty();
      },
      value);
}

std::uint16_t words_of_id(std::uint64_t high, std::uint64_t low) {
  return low != 0 ? 2 : high != 0 ? 1 : 0;
}

void write_id(capnp::AnyPointer::Builder pointer, const IdBytes& id) {
  const std::uint64_t words[2] = {half(id, 0), half(id, 8)};
  const auto count = words_of_id(words[0], words[1]);
  auto section = pointer.initAsAnyStruct(count, 0).getDataSection();
  std::memcpy(section.begin(), words, section.size());
}

void write_pointer(capnp::AnyPointer::Builder pointer, FieldKind kind, const FieldValue& value) {
  switch (kind) {
    case FieldKind::person:
    case FieldKind::unit:
    case FieldKind::fact:
      return write_id(pointer, std::get<IdBytes>(value));
    case FieldKind::text: {
      const auto& text = std::get<std::string>(value);
      pointer.setAs<capnp::Text>(capnp::Text::Reader(text.c_str(), text.size()));
      return;
    }
    case FieldKind::data: {
      const auto& data = std::get<std::string>(value);
      pointer.setAs<capnp::Data>(
          capnp::Data::Reader(reinterpret_cast<const capnp::byte*>(data.data()), data.size()));
      return;
    }
    case FieldKind::enumeration_list: {
      const auto& members = std::get<std::vector<std::uint16_t>>(value);
      auto list =
          pointer.initAs<capnp::List<std::uint16_t>>(static_cast<capnp::uint>(members.size()));
      for (capnp::uint i = 0; i < members.size(); ++i) list.set(i, members[i]);
      return;
    }
    case FieldKind::text_list: {
      const auto& texts = std::get<std::vector<std::string>>(value);
      auto list = pointer.initAs<capnp::List<capnp::Text>>(static_cast<capnp::uint>(texts.size()));
      for (capnp::uint i = 0; i < texts.size(); ++i)
        list.set(i, capnp::Text::Reader(texts[i].c_str(), texts[i].size()));
      return;
    }
    case FieldKind::digest_list: {
      const auto& digests = std::get<std::vector<std::string>>(value);
      auto list =
          pointer.initAs<capnp::List<capnp::Data>>(static_cast<capnp::uint>(digests.size()));
      for (capnp::uint i = 0; i < digests.size(); ++i)
        list.set(i, capnp::Data::Reader(reinterpret_cast<const capnp::byte*>(digests[i].data()),
                                        digests[i].size()));
      return;
    }
    default:
      invariant(false, "a data field was taken for a pointer");
  }
}

/// Writes the body with sections of exactly the size that the canonical form allows: no trailing
/// zero word, no trailing null pointer, children behind their parent in the order of the pointers.
void write_body(capnp::AnyPointer::Builder target, const EventDraft& draft) {
  const auto& type = type_info(draft.type);
  std::array<const FieldValue*, 16> pointers{};
  std::array<FieldKind, 16> kinds{};
  std::size_t data_bytes = 0, pointer_count = 0;
  for (const auto& [field, value] : draft.fields) {
    const auto* info = type.find(field);
    invariant(info != nullptr, name_of(field));
    if (info->width_bytes != 0) {
      if (stored_bits(*info, value) != 0)
        data_bytes = std::max<std::size_t>(data_bytes, info->slot + info->width_bytes);
    } else if (!is_empty(value)) {
      invariant(info->slot < pointers.size());
      pointers[info->slot] = &value;
      kinds[info->slot] = info->kind;
      pointer_count = std::max<std::size_t>(pointer_count, info->slot + 1);
    }
  }
  auto body = target.initAsAnyStruct(static_cast<std::uint16_t>((data_bytes + 7) / 8),
                                     static_cast<std::uint16_t>(pointer_count));
  auto data = body.getDataSection();
  for (const auto& [field, value] : draft.fields) {
    const auto& info = *type.find(field);
    if (info.width_bytes == 0) continue;
    const auto bits = stored_bits(info, value);
    if (bits != 0) std::memcpy(data.begin() + info.slot, &bits, info.width_bytes);
  }
  auto section = body.getPointerSection();
  for (capnp::uint i = 0; i < pointer_count; ++i)
    if (pointers[i] != nullptr) write_pointer(section[i], kinds[i], *pointers[i]);
}

void write_correction(wire::Correction::Builder out, const Correction& correction) {
  out.setReplaces(correction.replaces.value);
  out.setCause(static_cast<wire::CorrectionCause>(correction.cause));
  out.setAuthority(static_cast<wire::CorrectionAuthority>(correction.authority));
  if (!correction.authority_document.empty())
    out.setAuthorityDocument(correction.authority_document.c_str());
  const auto write_ids = [](auto list, const auto& ids) {
    for (capnp::uint i = 0; i < ids.size(); ++i) {
      list[i].setHigh(half(ids[i].bytes, 0));
      list[i].setLow(half(ids[i].bytes, 8));
    }
  };
  const auto size = [](const auto& ids) { return static_cast<capnp::uint>(ids.size()); };
  if (!correction.former_persons.empty())
    write_ids(out.initFormerPersons(size(correction.former_persons)), correction.former_persons);
  if (!correction.former_units.empty())
    write_ids(out.initFormerUnits(size(correction.former_units)), correction.former_units);
  if (correction.former_person_year)
    out.setFormerPersonYear(static_cast<std::int16_t>(correction.former_person_year->value));
  if (correction.former_unit_year)
    out.setFormerUnitYear(static_cast<std::int16_t>(correction.former_unit_year->value));
}

void write_envelope(wire::Event::Builder out, const Envelope& envelope) {
  out.setRecordedAt(envelope.recorded_at.microseconds);
  out.setFactHigh(half(envelope.fact.bytes, 0));
  out.setFactLow(half(envelope.fact.bytes, 8));
  out.setSubmissionHigh(half(envelope.submission.bytes, 0));
  out.setSubmissionLow(half(envelope.submission.bytes, 8));
  out.setActorHigh(half(envelope.actor.bytes, 0));
  out.setActorLow(half(envelope.actor.bytes, 8));
  out.setOrdinal(envelope.ordinal);
  out.setCount(envelope.count);
  out.setJurisdiction(envelope.jurisdiction.code);
  if (envelope.valid_on) out.setValidOn(stored(*envelope.valid_on));
  out.setSourceRow(envelope.source_row);
}

/// Words that the message certainly fits in.
std::size_t words_estimate(const EventDraft& draft) {
  std::size_t words = 64;  // root, envelope, body sections
  for (const auto& [field, value] : draft.fields) {
    if (const auto* text = std::get_if<std::string>(&value)) words += text->size() / 8 + 2;
    if (const auto* list = std::get_if<std::vector<std::uint16_t>>(&value))
      words += list->size() / 4 + 2;
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value))
      for (const auto& text : *texts) words += text.size() / 8 + 3;
    words += 3;
  }
  if (draft.correction)
    words += 32 + draft.correction->authority_document.size() / 8 +
             2 * (draft.correction->former_persons.size() + draft.correction->former_units.size());
  return words;
}

void append(kj::ArrayPtr<const capnp::word> words, Bytes& out) {
  const auto bytes = words.asBytes();
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

void EventDraft::set(Field field, Date value) {
  fields.emplace_back(field, static_cast<std::int64_t>(value.days) + rata_die_epoch);
}
void EventDraft::set(Field field, Month value) {
  fields.emplace_back(field, static_cast<std::int64_t>(value.index) + stored_month_epoch);
}
void EventDraft::set(Field field, Year value) {
  fields.emplace_back(field, static_cast<std::int64_t>(value.value));
}
void EventDraft::set(Field field, Fen value) { fields.emplace_back(field, value.value); }
void EventDraft::set(Field field, Area value) {
  fields.emplace_back(field, static_cast<std::int64_t>(value.code));
}
void EventDraft::set(Field field, std::int64_t value) { fields.emplace_back(field, value); }
void EventDraft::set(Field field, const PersonId& value) {
  fields.emplace_back(field, value.bytes);
}
void EventDraft::set(Field field, const UnitId& value) { fields.emplace_back(field, value.bytes); }
void EventDraft::set(Field field, const FactId& value) { fields.emplace_back(field, value.bytes); }
void EventDraft::set(Field field, std::string_view value) {
  fields.emplace_back(field, std::string(value));
}

const FieldValue* EventDraft::find(Field field) const {
  for (const auto& [id, value] : fields)
    if (id == field) return &value;
  return nullptr;
}

Result<void> encode(const EventDraft& draft, Bytes& out) {
  const auto words = words_estimate(draft);
  if (words > event_bytes_max / 4)
    return Error{Failure::invalid, "the event is larger than 65,528 bytes"};
  std::array<std::uint64_t, 256> scratch{};  // enough for nearly every event
  std::vector<std::uint64_t> large(words > scratch.size() ? words : 0);
  auto* const first = large.empty() ? scratch.data() : large.data();
  try {
    capnp::MallocMessageBuilder message(kj::arrayPtr(reinterpret_cast<capnp::word*>(first), words));
    auto root = message.getRoot<capnp::AnyPointer>().initAsAnyStruct(envelope_words, 2);
    wire::Event::Builder event = root.as<wire::Event>();
    write_envelope(event, draft.envelope);
    if (draft.correction) write_correction(event.initCorrection(), *draft.correction);
    const auto discriminant = static_cast<std::uint16_t>(draft.type);
    std::memcpy(root.getDataSection().begin() + discriminant_offset_bytes, &discriminant,
                sizeof discriminant);
    write_body(root.getPointerSection()[body_pointer], draft);
    const auto at = out.size();
    // Written with exact sections, the message is canonical as it stands; the two rare exceptions
    // are a list of ids and an envelope whose last word is zero.
    if (draft.correction || (discriminant == 0 && draft.envelope.source_row == 0)) {
      append(capnp::canonicalize(event.asReader()), out);
    } else {
      const auto segments = message.getSegmentsForOutput();
      invariant(segments.size() == 1, "the estimate of an event's size is too small");
      append(segments[0], out);
    }
    if (out.size() - at > event_bytes_max) {
      out.resize(at);
      return Error{Failure::invalid, "the event is larger than 65,528 bytes"};
    }
    return {};
  } catch (const kj::Exception& exception) {
    invariant_failed("an event can be encoded", __FILE__, __LINE__,
                     exception.getDescription().cStr());
  }
}

void set_recorded_at(std::span<std::uint8_t> event, RecordedAt at) {
  invariant(event.size() >= recorded_at_offset_bytes + sizeof at.microseconds);
  std::memcpy(event.data() + recorded_at_offset_bytes, &at.microseconds, sizeof at.microseconds);
}

}  // namespace kinledger::ledger
