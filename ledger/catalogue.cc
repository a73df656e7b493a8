#include "ledger/catalogue.h"

#include <capnp/schema.h>

#include <map>
#include <string>

#include "annotations.capnp.h"
#include "event.capnp.h"
#include "ledger/result.h"

namespace kinledger::ledger {
namespace {

// Ids of the annotations in annotations.capnp.
constexpr std::uint64_t zh_annotation = 0xd94f9d1b6a0c2e01;
constexpr std::uint64_t required_annotation = 0xd94f9d1b6a0c2e02;
constexpr std::uint64_t codes_annotation = 0xd94f9d1b6a0c2e03;
constexpr std::uint64_t effect_year_annotation = 0xd94f9d1b6a0c2e04;
constexpr std::uint64_t family_annotation = 0xd94f9d1b6a0c2e05;
constexpr std::uint64_t month_annotation = 0xd94f9d1b6a0c2e06;

// The compiled schema lives as long as the process, so views into it do too.
template <class Proto>
std::string_view annotated_text(const Proto& proto, std::uint64_t id) {
  for (auto annotation : proto.getAnnotations())
    if (annotation.getId() == id) {
      const auto text = annotation.getValue().getText();
      return {text.begin(), text.size()};
    }
  return {};
}

template <class Proto>
bool is_annotated(const Proto& proto, std::uint64_t id) {
  for (auto annotation : proto.getAnnotations())
    if (annotation.getId() == id) return true;
  return false;
}

class Builder {
 public:
  Builder() {
    const auto event = capnp::Schema::from<wire::Event>();
    for (auto member : event.getUnionFields()) {
      const auto body = member.getType().asStruct();
      TypeInfo type;
      type.id = static_cast<EventType>(types.size());
      type.name = view(body.getShortDisplayName());
      type.zh = annotated_text(body.getProto(), zh_annotation);
      type.family = annotated_text(body.getProto(), family_annotation);
      invariant(member.getProto().getDiscriminantValue() == types.size());
      for (auto field : body.getFields()) type.fields.push_back(describe(field));
      types.push_back(std::move(type));
    }
    invariant(types.size() == event_type_count);
    invariant(ids_.size() == field_count);
    const auto correction = capnp::Schema::from<wire::Correction>();
    causes = enumerants(correction.getFieldByName("cause").getType().asEnum());
    authorities = enumerants(correction.getFieldByName("authority").getType().asEnum());
  }

  std::vector<TypeInfo> types;
  std::vector<std::string_view> field_names;
  std::span<const Enumerant> causes, authorities;

 private:
  static std::string_view view(kj::StringPtr text) { return {text.begin(), text.size()}; }

  FieldInfo describe(const capnp::StructSchema::Field& field) {
    const auto proto = field.getProto();
    FieldInfo info;
    info.name = view(proto.getName());
    // The generated enumeration numbers the names by first appearance, as is done here.
    const auto [known, added] = ids_.emplace(info.name, static_cast<Field>(ids_.size()));
    if (added) field_names.push_back(info.name);
    info.id = known->second;
    info.zh = annotated_text(proto, zh_annotation);
    info.required = is_annotated(proto, required_annotation);
    info.code_list = annotated_text(proto, codes_annotation);
    const auto effect = annotated_text(proto, effect_year_annotation);
    info.effect_for = effect == "person" ? EffectFor::person
                      : effect == "unit" ? EffectFor::unit
                      : effect == "both" ? EffectFor::both
                                         : EffectFor::none;
    describe_storage(field, info);
    return info;
  }

  void describe_storage(const capnp::StructSchema::Field& field, FieldInfo& info) {
    const auto slot = field.getProto().getSlot();
    const auto type = field.getType();
    const auto data = [&](FieldKind kind, std::uint8_t width_bytes, std::uint64_t bits) {
      info.kind = kind;
      info.width_bytes = width_bytes;
      info.slot = slot.getOffset() * width_bytes;
      info.default_bits = bits;
    };
    const auto pointer = [&](FieldKind kind) {
      info.kind = kind;
      info.slot = slot.getOffset();
    };
    const auto fallback = slot.getDefaultValue();
    switch (type.which()) {
      case capnp::schema::Type::INT16:
        return data(FieldKind::year, 2, 0);
      case capnp::schema::Type::INT32:
        if (fallback.getInt32() != 0)
          return data(FieldKind::count, 4, static_cast<std::uint32_t>(fallback.getInt32()));
        return data(
            is_annotated(field.getProto(), month_annotation) ? FieldKind::month : FieldKind::date,
            4, 0);
      case capnp::schema::Type::INT64:
        return data(FieldKind::money, 8, static_cast<std::uint64_t>(fallback.getInt64()));
      case capnp::schema::Type::UINT16:
        return data(FieldKind::number, 2, 0);
      case capnp::schema::Type::UINT32:
        return data(FieldKind::area, 4, 0);
      case capnp::schema::Type::UINT64:
        return data(FieldKind::number, 8, 0);
      case capnp::schema::Type::ENUM:
        info.enumerants = enumerants(type.asEnum());
        return data(FieldKind::enumeration, 2, 0);
      case capnp::schema::Type::TEXT:
        return pointer(FieldKind::text);
      case capnp::schema::Type::DATA:
        return pointer(FieldKind::data);
      case capnp::schema::Type::STRUCT: {
        const auto name = view(type.asStruct().getShortDisplayName());
        return pointer(name == "PersonId" ? FieldKind::person
                       : name == "UnitId" ? FieldKind::unit
                                          : FieldKind::fact);
      }
      case capnp::schema::Type::LIST:
        if (type.asList().whichElementType() == capnp::schema::Type::TEXT)
          return pointer(FieldKind::text_list);
        if (type.asList().whichElementType() == capnp::schema::Type::DATA)
          return pointer(FieldKind::digest_list);
        info.enumerants = enumerants(type.asList().getEnumElementType());
        return pointer(FieldKind::enumeration_list);
      default:
        invariant(false, "event.capnp uses a type that the catalogue does not know");
    }
  }

  std::span<const Enumerant> enumerants(capnp::EnumSchema schema) {
    const auto found = enumerations_.find(schema.getProto().getId());
    if (found != enumerations_.end()) return found->second;
    auto& members = enumerations_[schema.getProto().getId()];
    for (auto enumerant : schema.getEnumerants())
      members.push_back({view(enumerant.getProto().getName()),
                         annotated_text(enumerant.getProto(), zh_annotation)});
    return members;
  }

  std::map<std::string_view, Field> ids_;
  std::map<std::uint64_t, std::vector<Enumerant>> enumerations_;
};

const Builder& built() {
  static const Builder builder;
  return builder;
}

}  // namespace

const FieldInfo* TypeInfo::find(Field field) const {
  for (const auto& info : fields)
    if (info.id == field) return &info;
  return nullptr;
}

const FieldInfo* TypeInfo::find(std::string_view name_sought) const {
  for (const auto& info : fields)
    if (info.name == name_sought) return &info;
  return nullptr;
}

std::span<const TypeInfo> catalogue() { return built().types; }

const TypeInfo& type_info(EventType type) {
  const auto& types = built().types;
  invariant(static_cast<std::size_t>(type) < types.size());
  return types[static_cast<std::size_t>(type)];
}

const TypeInfo* find_type(std::string_view name) {
  for (const auto& type : built().types)
    if (type.name == name) return &type;
  return nullptr;
}

std::string_view name_of(Field field) {
  return built().field_names[static_cast<std::size_t>(field)];
}

std::span<const Enumerant> correction_causes() { return built().causes; }
std::span<const Enumerant> correction_authorities() { return built().authorities; }

}  // namespace kinledger::ledger
