#include "ledger/event.h"

#include <capnp/any.h>
#include <capnp/message.h>

#include <algorithm>
#include <bit>

#include "event.capnp.h"

namespace kinledger::ledger {
namespace {

static_assert(std::endian::native == std::endian::little, "stored integers are little-endian");

// Rata Die number of 1970-01-01: stored dates count from 0001-01-01 = 1, so that 0 is absent.
constexpr std::int64_t rata_die_epoch = 719'163;
// Stored months are year * 12 + month.
constexpr std::int64_t stored_month_epoch = 1970 * 12 + 1;

constexpr std::uint16_t correction_pointer = 0;
constexpr std::uint16_t body_pointer = 1;
constexpr std::size_t recorded_at_offset_bytes = 8;  // behind the root pointer
// Layout of the envelope's data section; a test holds both against the schema.
constexpr std::uint16_t envelope_words = 10;
constexpr std::size_t discriminant_offset_bytes = 9 * 8 + 4;
constexpr int nesting_max = 16;

using IdBytes = std::array<std::uint8_t, 16>;

std::uint64_t half(const IdBytes& id, std::size_t at) {
  std::uint64_t value;
  std::memcpy(&value, id.data() + at, sizeof value);
  return __builtin_bswap64(value);
}

template <class Id>
Id id_of(std::uint64_t high, std::uint64_t low) {
  Id id;
  high = __builtin_bswap64(high);
  low = __builtin_bswap64(low);
  std::memcpy(id.bytes.data(), &high, sizeof high);
  std::memcpy(id.bytes.data() + 8, &low, sizeof low);
  return id;
}

/// The id whose two words these are; trailing zero bytes are not stored.
template <class Id>
Id id_in(ByteView target) {
  std::uint64_t words[2] = {0, 0};
  std::memcpy(words, target.data(), std::min(target.size(), sizeof words));
  return id_of<Id>(words[0], words[1]);
}

/// The ids of one kind, each once, in the order of the fields.
template <class Id, class Pointers>
std::vector<Id> ids_of(const TypeInfo& type, FieldKind kind, const Pointers& pointers) {
  std::vector<Id> out;
  for (const auto& info : type.fields) {
    if (info.kind != kind || pointers[info.slot].empty()) continue;
    const auto id = id_in<Id>(pointers[info.slot]);
    if (std::ranges::find(out, id) == out.end()) out.push_back(id);
  }
  return out;
}

std::int32_t stored(Date date) { return static_cast<std::int32_t>(date.days + rata_die_epoch); }
std::optional<Date> date_of(std::int64_t number) {
  if (number == 0) return std::nullopt;
  return Date{static_cast<std::int32_t>(number - rata_die_epoch)};
}

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

template <class Pointers>
ByteView target_of(const FieldInfo& info, const Pointers& pointer) {
  switch (info.kind) {
    case FieldKind::text: {
      const auto text = pointer.template getAs<capnp::Text>();
      return {reinterpret_cast<const std::uint8_t*>(text.begin()), text.size()};
    }
    case FieldKind::data: {
      const auto data = pointer.template getAs<capnp::Data>();
      return {data.begin(), data.size()};
    }
    case FieldKind::enumeration_list: {
      const auto bytes = pointer.template getAs<capnp::AnyList>().getRawBytes();
      return {bytes.begin(), bytes.size()};
    }
    case FieldKind::text_list:
      return {};
    default: {
      const auto data = pointer.template getAs<capnp::AnyStruct>().getDataSection();
      return {data.begin(), data.size()};
    }
  }
}

/// A reader over exactly one segment. capnp bounds every pointer by it.
class OneSegment {
 public:
  explicit OneSegment(ByteView bytes)
      : segment_{reinterpret_cast<const capnp::word*>(bytes.data()), bytes.size() / 8},
        reader_(kj::arrayPtr(&segment_, 1),
                capnp::ReaderOptions{4 * segment_.size() + 64, nesting_max}) {}
  wire::Event::Reader event() { return reader_.getRoot<wire::Event>(); }
  bool is_canonical() { return reader_.isCanonical(); }

 private:
  kj::ArrayPtr<const capnp::word> segment_;
  capnp::SegmentArrayMessageReader reader_;
};

Error corrupt(std::string what) { return {Failure::corrupt, std::move(what)}; }

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

Result<EventView> EventView::read(ByteView bytes) {
  invariant(reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 == 0, "an event is not aligned");
  if (bytes.empty() || bytes.size() % 8 != 0 || bytes.size() > event_bytes_max)
    return corrupt("an event has an impossible size");
  try {
    OneSegment message(bytes);
    const auto event = message.event();
    if (static_cast<std::size_t>(event.which()) >= event_type_count)
      return corrupt("an event is of a type that this program does not know");
    EventView view;
    view.bytes_ = bytes;
    view.type_ = static_cast<EventType>(event.which());
    view.has_correction_ = event.hasCorrection();
    auto& envelope = view.envelope_;
    envelope.recorded_at = {event.getRecordedAt()};
    envelope.fact = id_of<FactId>(event.getFactHigh(), event.getFactLow());
    envelope.submission = id_of<SubmissionId>(event.getSubmissionHigh(), event.getSubmissionLow());
    envelope.actor = id_of<ActorId>(event.getActorHigh(), event.getActorLow());
    envelope.ordinal = event.getOrdinal();
    envelope.count = event.getCount();
    envelope.jurisdiction = {event.getJurisdiction()};
    envelope.valid_on = date_of(event.getValidOn());
    envelope.source_row = event.getSourceRow();
    const capnp::AnyStruct::Reader root = event;
    const auto body = root.getPointerSection()[body_pointer].getAs<capnp::AnyStruct>();
    view.data_ = {body.getDataSection().begin(), body.getDataSection().size()};
    const auto pointers = body.getPointerSection();
    for (const auto& info : type_info(view.type_).fields)
      if (info.width_bytes == 0 && info.slot < pointers.size() && !pointers[info.slot].isNull())
        view.pointers_[info.slot] = target_of(info, pointers[info.slot]);
    return view;
  } catch (const kj::Exception& exception) {
    return corrupt("an event cannot be decoded");
  }
}

Result<void> check_canonical(ByteView bytes) {
  invariant(reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 == 0, "an event is not aligned");
  try {
    if (OneSegment(bytes).is_canonical()) return {};
  } catch (const kj::Exception&) {
    // falls through: what cannot be read is not canonical
  }
  return corrupt("an event is not in canonical form");
}

std::optional<Correction> EventView::correction() const {
  if (!has_correction_) return std::nullopt;
  OneSegment message(bytes_);
  const auto stored_form = message.event().getCorrection();
  Correction out;
  out.replaces = {stored_form.getReplaces()};
  out.cause = static_cast<CorrectionCause>(stored_form.getCause());
  out.authority = static_cast<CorrectionAuthority>(stored_form.getAuthority());
  out.authority_document = stored_form.getAuthorityDocument().cStr();
  for (auto id : stored_form.getFormerPersons())
    out.former_persons.push_back(id_of<PersonId>(id.getHigh(), id.getLow()));
  for (auto id : stored_form.getFormerUnits())
    out.former_units.push_back(id_of<UnitId>(id.getHigh(), id.getLow()));
  if (stored_form.getFormerPersonYear() != 0)
    out.former_person_year = Year{stored_form.getFormerPersonYear()};
  if (stored_form.getFormerUnitYear() != 0)
    out.former_unit_year = Year{stored_form.getFormerUnitYear()};
  return out;
}

const FieldInfo* EventView::info_of(Field field, FieldKind kind) const {
  const auto* info = type_info(type_).find(field);
  return info != nullptr && info->kind == kind ? info : nullptr;
}

std::optional<std::uint64_t> EventView::bits(const FieldInfo& info) const {
  std::uint64_t stored_value = 0;
  if (info.slot + info.width_bytes <= data_.size())
    std::memcpy(&stored_value, data_.data() + info.slot, info.width_bytes);
  if (stored_value == 0) return std::nullopt;
  return stored_value ^ info.default_bits;
}

std::optional<Date> EventView::date(Field field) const {
  const auto* info = info_of(field, FieldKind::date);
  const auto value = info ? bits(*info) : std::nullopt;
  return value ? date_of(static_cast<std::int32_t>(*value)) : std::nullopt;
}

std::optional<Month> EventView::month(Field field) const {
  const auto* info = info_of(field, FieldKind::month);
  const auto value = info ? bits(*info) : std::nullopt;
  if (!value) return std::nullopt;
  return Month{static_cast<std::int32_t>(static_cast<std::int64_t>(*value) - stored_month_epoch)};
}

std::optional<Year> EventView::year(Field field) const {
  const auto* info = info_of(field, FieldKind::year);
  const auto value = info ? bits(*info) : std::nullopt;
  return value ? std::optional(Year{static_cast<std::int16_t>(*value)}) : std::nullopt;
}

std::optional<Fen> EventView::money(Field field) const {
  const auto* info = info_of(field, FieldKind::money);
  const auto value = info ? bits(*info) : std::nullopt;
  return value ? std::optional(Fen{static_cast<std::int64_t>(*value)}) : std::nullopt;
}

std::optional<Area> EventView::area(Field field) const {
  const auto* info = info_of(field, FieldKind::area);
  const auto value = info ? bits(*info) : std::nullopt;
  return value ? std::optional(Area{static_cast<std::uint32_t>(*value)}) : std::nullopt;
}

std::optional<std::int64_t> EventView::integer(Field field) const {
  if (const auto* info = info_of(field, FieldKind::count)) {
    const auto value = bits(*info);
    return value ? std::optional<std::int64_t>(static_cast<std::int32_t>(*value)) : std::nullopt;
  }
  const auto* info = info_of(field, FieldKind::number);
  const auto value = info ? bits(*info) : std::nullopt;
  return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
}

std::uint16_t EventView::enumerant(Field field) const {
  const auto* info = info_of(field, FieldKind::enumeration);
  return static_cast<std::uint16_t>(info ? bits(*info).value_or(0) : 0);
}

std::optional<std::array<std::uint8_t, 16>> EventView::id(Field field, FieldKind kind) const {
  const auto* info = info_of(field, kind);
  if (info == nullptr || pointers_[info->slot].empty()) return std::nullopt;
  return id_in<FactId>(pointers_[info->slot]).bytes;
}

std::optional<PersonId> EventView::person(Field field) const {
  const auto bytes = id(field, FieldKind::person);
  return bytes ? std::optional(PersonId{*bytes}) : std::nullopt;
}
std::optional<UnitId> EventView::unit(Field field) const {
  const auto bytes = id(field, FieldKind::unit);
  return bytes ? std::optional(UnitId{*bytes}) : std::nullopt;
}
std::optional<FactId> EventView::fact(Field field) const {
  const auto bytes = id(field, FieldKind::fact);
  return bytes ? std::optional(FactId{*bytes}) : std::nullopt;
}

std::string_view EventView::text(Field field) const {
  const auto* info = type_info(type_).find(field);
  if (info == nullptr || (info->kind != FieldKind::text && info->kind != FieldKind::data))
    return {};
  return as_text(pointers_[info->slot]);
}

std::vector<std::string_view> EventView::texts(Field field) const {
  std::vector<std::string_view> out;
  const auto* info = info_of(field, FieldKind::text_list);
  if (info == nullptr) return out;
  OneSegment message(bytes_);
  const capnp::AnyStruct::Reader root = message.event();
  const auto body = root.getPointerSection()[body_pointer].getAs<capnp::AnyStruct>();
  if (info->slot >= body.getPointerSection().size()) return out;
  for (auto text : body.getPointerSection()[info->slot].getAs<capnp::List<capnp::Text>>())
    out.emplace_back(text.begin(), text.size());
  return out;
}

std::vector<std::uint16_t> EventView::enumerants(Field field) const {
  const auto* info = info_of(field, FieldKind::enumeration_list);
  if (info == nullptr) return {};
  const auto target = pointers_[info->slot];
  std::vector<std::uint16_t> out(target.size() / 2);
  if (!out.empty()) std::memcpy(out.data(), target.data(), out.size() * 2);
  return out;
}

EventDraft EventView::draft() const {
  EventDraft out{type_, envelope_, correction(), {}};
  for (const auto& info : type_info(type_).fields) {
    switch (info.kind) {
      case FieldKind::text:
      case FieldKind::data:
        if (!text(info.id).empty()) out.set(info.id, text(info.id));
        break;
      case FieldKind::text_list: {
        std::vector<std::string> values;
        for (const auto value : texts(info.id)) values.emplace_back(value);
        if (!values.empty()) out.fields.emplace_back(info.id, std::move(values));
        break;
      }
      case FieldKind::enumeration_list:
        if (auto values = enumerants(info.id); !values.empty())
          out.fields.emplace_back(info.id, std::move(values));
        break;
      case FieldKind::person:
      case FieldKind::unit:
      case FieldKind::fact:
        if (const auto value = id(info.id, info.kind)) out.fields.emplace_back(info.id, *value);
        break;
      default:
        if (const auto value = bits(info)) {
          // Narrow fields are sign-extended as their kinds are signed, except areas and numbers.
          auto number = static_cast<std::int64_t>(*value);
          if (info.kind == FieldKind::year) number = static_cast<std::int16_t>(*value);
          if (info.kind == FieldKind::count) number = static_cast<std::int32_t>(*value);
          out.fields.emplace_back(info.id, number);
        }
    }
  }
  return out;
}

std::optional<Year> EventView::effect_year(EffectFor subject) const {
  for (const auto& info : type_info(type_).fields)
    if (info.effect_for == subject || info.effect_for == EffectFor::both) {
      if (const auto value = bits(info)) return Year{static_cast<std::int16_t>(*value)};
      return envelope_.valid_on ? std::optional(year_of(*envelope_.valid_on)) : std::nullopt;
    }
  return std::nullopt;
}

std::vector<PersonId> EventView::persons() const {
  return ids_of<PersonId>(type_info(type_), FieldKind::person, pointers_);
}

std::vector<UnitId> EventView::units() const {
  return ids_of<UnitId>(type_info(type_), FieldKind::unit, pointers_);
}

}  // namespace kinledger::ledger
