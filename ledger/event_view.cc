// Reading: the bytes of an event, checked, and its fields.
#include <capnp/any.h>
#include <capnp/message.h>
#include <capnp/schema.h>

#include <algorithm>

#include "event.capnp.h"
#include "ledger/event.h"
#include "ledger/event_layout.h"
#include "ledger/event_type.h"
#include "ledger/text.h"
#include "ledger/value_limits.h"

namespace kinledger::ledger {
namespace {

constexpr int nesting_max = 16;

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

std::optional<Date> date_of(std::int64_t number) {
  if (number == 0) return std::nullopt;
  return Date{static_cast<std::int32_t>(number - rata_die_epoch)};
}

Month month_of(std::uint64_t bits) {
  return {static_cast<std::int32_t>(static_cast<std::int64_t>(bits) - stored_month_epoch)};
}

bool is_on_calendar(const Envelope& envelope) {
  return is_in_range(civil_date_of(envelope.recorded_at)) &&
         (!envelope.valid_on || is_in_range(*envelope.valid_on));
}

Year year_in(std::uint64_t bits) { return {static_cast<std::int16_t>(bits)}; }
Fen money_in(std::uint64_t bits) { return {static_cast<std::int64_t>(bits)}; }
std::int64_t count_in(std::uint64_t bits) { return static_cast<std::int32_t>(bits); }

/// Of a value that is there. Dates and months are asked of the calendar.
bool is_in_range(FieldKind kind, std::uint64_t bits) {
  if (kind == FieldKind::year) return is_in_range(year_in(bits));
  if (kind == FieldKind::money) return is_in_range(money_in(bits));
  return kind != FieldKind::count || is_count(count_in(bits));
}

bool has_years_in_range(const Correction& correction) {
  const auto& [person, unit] =
      std::pair(correction.former_person_year, correction.former_unit_year);
  return (!person || is_in_range(*person)) && (!unit || is_in_range(*unit));
}

bool is_digest(std::string_view bytes) { return bytes.size() == sizeof(Hash::bytes); }

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
    case FieldKind::digest_list:
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

Error corrupt_event(std::string what) { return {Failure::corrupt, std::move(what)}; }

std::string beyond_limits(EventType type, std::string_view field) {
  return "an event has a value beyond all limits: " + std::string(type_info(type).name) + ", " +
         std::string(field);
}

std::string not_utf8(EventType type, std::string_view field) {
  return "an event has text that is not UTF-8: " + std::string(type_info(type).name) + ", " +
         std::string(field);
}

constexpr std::size_t word_bytes = 8;
/// Of a struct pointer, the first word of an event: the number of words of data.
constexpr std::size_t data_words_at = 4;

std::uint16_t number_at(ByteView bytes, std::size_t at) {
  std::uint16_t number = 0;
  if (at + sizeof number <= bytes.size()) std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

}  // namespace

Result<EventView> EventView::read(ByteView bytes) {
  invariant(reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 == 0, "an event is not aligned");
  if (bytes.empty() || bytes.size() % 8 != 0 || bytes.size() > event_bytes_max)
    return corrupt_event("an event has an impossible size");
  try {
    OneSegment message(bytes);
    const auto event = message.event();
    if (static_cast<std::size_t>(event.which()) >= event_type_count)
      return corrupt_event("an event is of a type that this program does not know");
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
    if (!is_on_calendar(envelope)) return corrupt_event("an event has a date outside 1900 to 2199");
    const capnp::AnyStruct::Reader root = event;
    // Lists of pointers are not checked by capnp when they are indexed.
    const auto parts = root.getPointerSection();
    if (parts.size() <= body_pointer) return corrupt_event("an event has no content");
    const auto body = parts[body_pointer].getAs<capnp::AnyStruct>();
    const auto part = [bytes](ByteView target) {
      if (target.empty()) return Part{};
      return Part{static_cast<std::uint16_t>(target.data() - bytes.data()),
                  static_cast<std::uint16_t>(target.size())};
    };
    view.data_ = part({body.getDataSection().begin(), body.getDataSection().size()});
    const auto pointers = body.getPointerSection();
    for (const auto& info : type_info(view.type_).fields) {
      if (info.width_bytes != 0) {
        const auto value = view.bits(info);
        if (!view.date_is_on_calendar(info) || (value && !is_in_range(info.kind, *value)))
          return corrupt_event(beyond_limits(view.type_, info.name));
        continue;
      }
      if (info.slot >= pointers.size() || pointers[info.slot].isNull()) continue;
      view.pointers_[info.slot] = part(target_of(info, pointers[info.slot]));
      if (info.kind == FieldKind::text && !is_utf8(view.text(info.id)))
        return corrupt_event(not_utf8(view.type_, info.name));
      // What is decoded only when it is asked for must not fail then.
      if (info.kind == FieldKind::text_list && !std::ranges::all_of(view.texts(info.id), is_utf8))
        return corrupt_event(not_utf8(view.type_, info.name));
      if (info.kind == FieldKind::digest_list &&
          !std::ranges::all_of(view.texts(info.id), is_digest))
        return corrupt_event(beyond_limits(view.type_, info.name));
    }
    if (const auto correction = view.correction()) {
      if (!has_years_in_range(*correction))
        return corrupt_event(beyond_limits(view.type_, "correction"));
      if (!is_utf8(correction->authority_document))
        return corrupt_event(not_utf8(view.type_, "correction"));
    }
    return view;
  } catch (const kj::Exception& exception) {
    return corrupt_event("an event cannot be decoded");
  }
}

EventType stored_type(ByteView event) {
  // In units of its own size, from the beginning of the data.
  static const std::size_t discriminant =
      capnp::Schema::from<wire::Event>().getProto().getStruct().getDiscriminantOffset();
  const auto at = word_bytes + discriminant * sizeof(std::uint16_t);
  // The canonical form leaves out words of zeros at the end.
  const auto data_end = word_bytes * (1 + std::size_t{number_at(event, data_words_at)});
  return static_cast<EventType>(at < data_end ? number_at(event, at) : 0);
}

Result<void> check_canonical(ByteView bytes) {
  invariant(reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 == 0, "an event is not aligned");
  try {
    if (OneSegment(bytes).is_canonical()) return {};
  } catch (const kj::Exception&) {
    // falls through: what cannot be read is not canonical
  }
  return corrupt_event("an event is not in canonical form");
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
  if (info.slot + info.width_bytes <= data_.size)
    std::memcpy(&stored_value, at(data_).data() + info.slot, info.width_bytes);
  if (stored_value == 0) return std::nullopt;
  return stored_value ^ info.default_bits;
}

bool EventView::date_is_on_calendar(const FieldInfo& info) const {
  if (info.kind != FieldKind::date && info.kind != FieldKind::month) return true;
  const auto value = bits(info);
  if (!value) return true;
  if (info.kind == FieldKind::month) return is_in_range(month_of(*value));
  const auto date = date_of(static_cast<std::int32_t>(*value));
  return !date || is_in_range(*date);
}

std::optional<Date> EventView::date(Field field) const {
  const auto* info = info_of(field, FieldKind::date);
  const auto value = info ? bits(*info) : std::nullopt;
  return value ? date_of(static_cast<std::int32_t>(*value)) : std::nullopt;
}

std::optional<Month> EventView::month(Field field) const {
  const auto* info = info_of(field, FieldKind::month);
  const auto value = info ? bits(*info) : std::nullopt;
  return value ? std::optional(month_of(*value)) : std::nullopt;
}

std::optional<Year> EventView::year(Field field) const {
  const auto* info = info_of(field, FieldKind::year);
  const auto value = info ? bits(*info) : std::nullopt;
  return value ? std::optional(year_in(*value)) : std::nullopt;
}

std::optional<Fen> EventView::money(Field field) const {
  const auto* info = info_of(field, FieldKind::money);
  const auto value = info ? bits(*info) : std::nullopt;
  return value ? std::optional(money_in(*value)) : std::nullopt;
}

std::optional<Area> EventView::area(Field field) const {
  const auto* info = info_of(field, FieldKind::area);
  const auto value = info ? bits(*info) : std::nullopt;
  return value ? std::optional(Area{static_cast<std::uint32_t>(*value)}) : std::nullopt;
}

std::optional<std::int64_t> EventView::integer(Field field) const {
  if (const auto* info = info_of(field, FieldKind::count)) {
    const auto value = bits(*info);
    return value ? std::optional(count_in(*value)) : std::nullopt;
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
  if (info == nullptr || pointers_[info->slot].size == 0) return std::nullopt;
  return id_in<FactId>(at(pointers_[info->slot])).bytes;
}

std::optional<bool> EventView::flag(Field field) const {
  const auto stated = as<YesNo>(field);
  return stated == YesNo::unspecified ? std::nullopt : std::optional(stated == YesNo::yes);
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
  return as_text(at(pointers_[info->slot]));
}

std::vector<std::string_view> EventView::texts(Field field) const {
  std::vector<std::string_view> out;
  const auto* info = type_info(type_).find(field);
  const bool is_of_digests = info != nullptr && info->kind == FieldKind::digest_list;
  if (info == nullptr || (info->kind != FieldKind::text_list && !is_of_digests)) return out;
  OneSegment message(bytes_);
  const capnp::AnyStruct::Reader root = message.event();
  const auto body = root.getPointerSection()[body_pointer].getAs<capnp::AnyStruct>();
  if (info->slot >= body.getPointerSection().size()) return out;
  const auto list = body.getPointerSection()[info->slot];
  if (is_of_digests)
    for (auto digest : list.getAs<capnp::List<capnp::Data>>())
      out.push_back(as_text({digest.begin(), digest.size()}));
  else
    for (auto text : list.getAs<capnp::List<capnp::Text>>())
      out.emplace_back(text.begin(), text.size());
  return out;
}

std::vector<std::uint16_t> EventView::enumerants(Field field) const {
  const auto* info = info_of(field, FieldKind::enumeration_list);
  if (info == nullptr) return {};
  const auto target = at(pointers_[info->slot]);
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
      case FieldKind::text_list:
      case FieldKind::digest_list: {
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
      if (const auto value = bits(info)) return year_in(*value);
      return envelope_.valid_on ? std::optional(year_of(*envelope_.valid_on)) : std::nullopt;
    }
  return std::nullopt;
}

template <class Id>
std::vector<Id> EventView::ids(FieldKind kind) const {
  std::vector<Id> out;
  for (const auto& info : type_info(type_).fields) {
    if (info.kind != kind || pointers_[info.slot].size == 0) continue;
    const auto id = id_in<Id>(at(pointers_[info.slot]));
    if (std::ranges::find(out, id) == out.end()) out.push_back(id);
  }
  return out;
}

std::vector<PersonId> EventView::persons() const { return ids<PersonId>(FieldKind::person); }

std::vector<UnitId> EventView::units() const { return ids<UnitId>(FieldKind::unit); }

}  // namespace kinledger::ledger
