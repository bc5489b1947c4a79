//! Whose topic is it: a device has `earnest/<device>/...` and nothing else.

use earnest_domain::device::DeviceId;

/// The topic on which a device publishes SenML.
pub fn senml(device: &DeviceId) -> String {
    format!("earnest/{device}/senml")
}

/// The part of `topic` after `earnest/<device>/`, or `None` when it is not the device's own.
pub fn subtopic<'t>(device: &DeviceId, topic: &'t str) -> Option<&'t str> {
    let rest = topic
        .strip_prefix("earnest/")?
        .strip_prefix(device.as_str())?
        .strip_prefix('/')?;
    (!rest.is_empty()).then_some(rest)
}

/// Whether the device may publish there, which goes for its last will too.
pub fn may_publish(device: &DeviceId, topic: &str) -> bool {
    subtopic(device, topic).is_some_and(|rest| !rest.contains(['+', '#', '\0']))
}

/// Whether the device may subscribe to that: a sound filter (MQTT 5, section 4.7) that can match its own topics alone.
pub fn may_subscribe(device: &DeviceId, filter: &str) -> bool {
    subtopic(device, filter).is_some_and(|rest| {
        let mut levels = rest.split('/').peekable();
        std::iter::from_fn(|| levels.next().map(|level| (level, levels.peek().is_none()))).all(|(level, last)| match level {
            "+" => true,
            "#" => last,
            _ => !level.contains(['+', '#', '\0']),
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_device_has_its_own_topics_and_no_others() {
        let ada: DeviceId = "ada".parse().unwrap();
        assert!(may_publish(&ada, &senml(&ada)));
        for topic in ["earnest/ada/a/b", "earnest/ada/ "] {
            assert!(may_publish(&ada, topic), "{topic}");
        }
        for topic in [
            "earnest/adam/senml",
            "earnest/ada",
            "earnest/ada/",
            "earnest//senml",
            "/earnest/ada/x",
            "ada/x",
            "",
            "earnest/ada/+",
            "earnest/ada/#",
        ] {
            assert!(!may_publish(&ada, topic), "{topic}");
        }
    }

    #[test]
    fn a_filter_reaches_own_topics_alone() {
        let ada: DeviceId = "ada".parse().unwrap();
        for filter in ["earnest/ada/#", "earnest/ada/+", "earnest/ada/+/x/#", "earnest/ada/senml"] {
            assert!(may_subscribe(&ada, filter), "{filter}");
        }
        for filter in [
            "#",
            "+/ada/#",
            "earnest/#",
            "earnest/+/senml",
            "earnest/ada/a#",
            "earnest/ada/#/x",
            "$share/g/earnest/ada/#",
            "earnest/bob/#",
        ] {
            assert!(!may_subscribe(&ada, filter), "{filter}");
        }
    }
}
