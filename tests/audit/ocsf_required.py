"""What OCSF 1.3 asks of the classes that are used: attributes that must be there, and of which one must be."""

# From ocsf/ocsf-schema: base_event, iam, application, authentication, account_change, api_activity and the objects.
BASE = ("activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid")
CLASSES: dict[int, tuple[str, ...]] = {
    3001: (*BASE, "user"),
    3002: (*BASE, "user"),
    6003: (*BASE, "actor", "api", "src_endpoint"),
}
ACTIVITIES: dict[int, range] = {3001: range(1, 12), 3002: range(1, 6), 6003: range(1, 5)}
ONE_OF: dict[int, tuple[str, ...]] = {3002: ("service", "dst_endpoint")}
OBJECTS: dict[str, tuple[str, ...]] = {"metadata": ("product", "version"), "api": ("operation",)}
OBJECTS_ONE_OF: dict[str, tuple[str, ...]] = {
    "user": ("account", "name", "uid"),
    "actor": ("process", "user", "invoked_by", "session", "application", "idp"),
    "src_endpoint": ("ip", "uid", "name", "hostname", "svc_name", "instance_uid", "interface_uid", "interface_name"),
    "service": ("name", "uid"),
    "policy": ("name", "uid"),
}
