"""The options of `modifyvm`: which there are, which values they take, and what is said of another.

From the usage text and the answers of VBoxManage 7.2. The old spellings without dashes are accepted there as well;
test/vagrant/virtualbox/compare.py holds this table against the real binary.
"""

ON_OFF = ('on', 'off')
WHOLE = 'whole number'
TEXT = 'text'
CHOICE_WORDS = "Invalid --{option} argument '{value}'"

NIC_KINDS = ('none', 'null', 'nat', 'bridged', 'intnet', 'hostonly', 'hostonlynet', 'generic', 'natnetwork', 'cloud')
NIC_TYPES = ('Am79C970A', 'Am79C973', '82540EM', '82543GC', '82545EM', 'virtio', 'usbnet')
PROMISCUOUS = ('deny', 'allow-vms', 'allow-all')
SHARING = ('disabled', 'hosttoguest', 'guesttohost', 'bidirectional')

# Without dashes and number: what the value is.
ONE = {
    'name': TEXT, 'groups': TEXT, 'description': TEXT, 'ostype': TEXT, 'iconfile': TEXT, 'memory': WHOLE,
    'vram': WHOLE, 'cpus': WHOLE, 'cpuexecutioncap': WHOLE, 'hardwareuuid': TEXT, 'monitorcount': WHOLE,
    'cpuprofile': TEXT, 'snapshotfolder': TEXT, 'guestmemoryballoon': WHOLE, 'defaultfrontend': TEXT,
    'biossystemtimeoffset': WHOLE, 'bioslogodisplaytime': WHOLE, 'paravirtdebug': TEXT, 'vrdeport': TEXT,
    'chipset': ('ich9', 'piix3', 'armv8virtual'),
    'firmware': ('bios', 'efi', 'efi32', 'efi64'),
    'paravirtprovider': ('none', 'default', 'legacy', 'minimal', 'hyperv', 'kvm'),
    'graphicscontroller': ('none', 'vboxvga', 'vmsvga', 'vboxsvga', 'qemuramfb'),
    'biosbootmenu': ('disabled', 'menuonly', 'messageandmenu'),
    'biosapic': ('disabled', 'apic', 'x2apic'),
    'tpmtype': ('none', '1.2', '2.0', 'host', 'swtpm'),
    'iommu': ('none', 'automatic', 'amd', 'intel'),
    'mouse': ('ps2', 'usb', 'usbtablet', 'usbmultitouch', 'usbmtscreenpluspad'),
    'keyboard': ('ps2', 'usb'),
    'audio': ('none', 'default', 'null', 'dsound', 'was', 'oss', 'alsa', 'pulse', 'coreaudio'),
    'audiocontroller': ('ac97', 'hda', 'sb16'),
    'audiocodec': ('stac9700', 'ad1980', 'stac9221', 'sb16'),
    'clipboardmode': SHARING, 'draganddrop': SHARING,
    'vmprocesspriority': ('default', 'flat', 'low', 'normal', 'high'),
}
for name in (
    'acpi ioapic pagefusion cpuhotplug pae longmode ibpbonvmexit ibpbonvmentry specctrl l1dflushonsched '
    'l1dflushonvmentry nestedhwvirt hpet hwvirtex triplefaultreset apic x2apic nestedpaging largepages vtxvpid vtxux '
    'virtvmsavevmload accelerate3d accelerate2dvideo bioslogofadein bioslogofadeout rtcuseutc audioenabled audioin '
    'audioout vrde usb usbehci usbohci usbxhci teleporter tracingenabled autostartenabled recording'
).split():
    ONE[name] = ON_OFF

# The same, for options that end in the number of an adapter, boot device or port.
NUMBERED = {
    'nic': NIC_KINDS, 'nictype': NIC_TYPES, 'nicpromisc': PROMISCUOUS, 'nicspeed': WHOLE, 'nicbootprio': WHOLE,
    'cableconnected': ON_OFF, 'nictrace': ON_OFF, 'nicproperty': TEXT, 'nicgenericdrv': TEXT, 'macaddress': TEXT,
    'bridgeadapter': TEXT, 'hostonlyadapter': TEXT, 'intnet': TEXT, 'natnetwork': TEXT, 'natnet': TEXT,
    'natpf': TEXT, 'natbindip': TEXT, 'nataliasmode': TEXT, 'natsettings': TEXT, 'nattftpfile': TEXT,
    'natdnshostresolver': ON_OFF, 'natdnsproxy': ON_OFF, 'natdnspassdomain': ON_OFF, 'natlocalhostreachable': ON_OFF,
    'boot': ('none', 'floppy', 'dvd', 'disk', 'net'), 'uart': TEXT, 'uartmode': TEXT,
    'uarttype': ('16450', '16550A', '16750'), 'lpt': TEXT,
}

# Another name of the same option, without dashes.
ALIASES = {
    'audiodriver': 'audio', 'clipboard': 'clipboardmode', 'x86pae': 'pae', 'x86longmode': 'longmode', 'x86hpet': 'hpet',
    'x86x2apic': 'x2apic', 'x86vtxvpid': 'vtxvpid', 'x86vtxux': 'vtxux',
    'firmwarelogofadein': 'bioslogofadein', 'firmwarelogofadeout': 'bioslogofadeout',
    'firmwarebootmenu': 'biosbootmenu', 'firmwareapic': 'biosapic', 'firmwaresystemtimeoffset': 'biossystemtimeoffset',
    'firmwarelogodisplaytime': 'bioslogodisplaytime',
}

# Spellings that a rule about dashes would let through and VBoxManage refuses.
REFUSED = {'--graphics-controller', '--n-a-m-e', '--vmprocesspriority'}

RANGES = {
    'memory': (4, 2097152, 'RAM size', ' MB'),
    'cpus': (1, 64, 'virtual CPU count', ''),
    'vram': (1, 256, 'VRAM size', ' MB'),
}


def look_up(word):
    """The option that a word names: (name, number or None, values), or None."""
    if not word.startswith('--') or word in REFUSED:
        return None
    squeezed = word[2:].replace('-', '')
    if squeezed in ALIASES or squeezed in ONE:
        name = ALIASES.get(squeezed, squeezed)
        return name, None, ONE[name]
    stem = squeezed.rstrip('0123456789')
    if stem in NUMBERED and stem != squeezed:
        return stem, int(squeezed[len(stem):]), NUMBERED[stem]
    return None


def wrong_choice(name, number, word, value):
    """What VBoxManage says of a value that an option does not take, and its exit status."""
    if name == 'nic':
        return f"Invalid type '{value}' specfied for NIC {number}", 1
    if name == 'nictype':
        return f"Invalid NIC type '{value}' specified for NIC {number}", 1
    if name == 'nicpromisc':
        return f"Unknown promiscuous mode policy '{value}'", 1
    if name == 'boot':
        return f"Invalid boot device '{value}'", 2
    if name == 'vmprocesspriority':
        return f"Invalid {word} '{value}'", 1
    option = 'clipboard-mode' if name == 'clipboardmode' else word[2:]
    words = CHOICE_WORDS.format(option=option, value=value)
    return words + (' (valid: piix3,ich9,armv8virtual)' if name == 'chipset' else ''), 1
