"""Reads an OVF as VirtualBox does: what it takes from one, and what it refuses. Pure: a text in, an appliance out.

The rules are those that VBoxManage 7.2 showed with broken descriptors; the elements are those of DSP0243 (OVF 1.0).
"""

import xml.etree.ElementTree as tree

from .refusal import bare, com

OVF = '{http://schemas.dmtf.org/ovf/envelope/1}'
RASD = '{http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData}'
VSSD = '{http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData}'
VBOX = '{http://www.virtualbox.org/ovf/machine}'
WHERE = '"RTEXITCODE handleImportAppliance(HandlerArg*)" at line 513 of file VBoxManageAppliance.cpp'

# CIM_ResourceAllocationSettingData.ResourceType
PROCESSOR, MEMORY, IDE, SCSI, ETHERNET, DISK, OTHER_STORAGE, USB, SOUND = 3, 4, 5, 6, 10, 17, 20, 23, 35
KNOWN = {PROCESSOR, MEMORY, IDE, SCSI, ETHERNET, 14, 15, 16, DISK, OTHER_STORAGE, 21, USB, 24, SOUND}
CONTROLLERS = {IDE: ('IDE Controller', 'PIIX4'), SCSI: ('SCSI Controller', 'LsiLogic')}
SATA = ('SATA Controller', 'IntelAhci')


def read_ovf(text, path):
    """An appliance: name, ostype, memory (MB), cpus, controllers [{name, type, disks: [{href, capacity, port}]}], nics."""
    root = parse(text, path)
    files = {file.get(OVF + 'id'): file.get(OVF + 'href') for file in root.iterfind(f'{OVF}References/{OVF}File')}
    disks = {}
    for disk in root.iterfind(f'{OVF}DiskSection/{OVF}Disk'):
        reference = disk.get(OVF + 'fileRef')
        if reference not in files:
            wrong(path, f'cannot find References/File element for ID "{reference}" referenced by \'Disk\' element')
        disks[disk.get(OVF + 'diskId')] = {
            'href': files[reference],
            'capacity': int(disk.get(OVF + 'capacity') or 0),
            'format': disk.get(OVF + 'format') or '',
        }
    system = root.find(f'{OVF}VirtualSystem')
    return read_system(system, disks, path) if system is not None else None


def read_system(system, disks, path):
    """The machine that one VirtualSystem describes."""
    appliance = {'name': system.get(OVF + 'id') or 'vm', 'ostype': 'Other', 'memory': 512, 'cpus': 1}
    appliance |= {'controllers': [], 'nics': [], 'disks': []}
    ostype = system.find(f'{OVF}OperatingSystemSection/{VBOX}OSType')
    if ostype is not None:
        appliance['ostype'] = ostype.text
    elif system.find(f'{OVF}OperatingSystemSection') is not None:
        number = system.find(f'{OVF}OperatingSystemSection').get(OVF + 'id')
        appliance['ostype'] = {'95': 'Debian', '96': 'Debian_64'}.get(number, 'Other')
    by_instance = {}
    items = [item_of(item) for item in system.iterfind(f'{OVF}VirtualHardwareSection/{OVF}Item')]
    for item in items:
        kind = item['ResourceType']
        if kind not in KNOWN:
            wrong(path, f'Unknown resource type {kind} in hardware item')
        if kind == PROCESSOR:
            appliance['cpus'] = int(item['VirtualQuantity'])
        elif kind == MEMORY:
            appliance['memory'] = int(item['VirtualQuantity'])
        elif kind == ETHERNET:
            appliance['nics'].append(item.get('Connection', 'NAT'))
        elif kind in CONTROLLERS or (kind == OTHER_STORAGE and item.get('ResourceSubType', '').upper() == 'AHCI'):
            name, controller_type = CONTROLLERS.get(kind, SATA)
            by_instance[item['InstanceID']] = {'name': name, 'type': controller_type, 'disks': []}
            appliance['controllers'].append(by_instance[item['InstanceID']])
    for item in items:
        if item['ResourceType'] == DISK:
            attach(item, by_instance, disks, path)
    return appliance


def attach(item, by_instance, disks, path):
    """Puts a disk on its controller."""
    what = f'Disk item with instance ID "{item["InstanceID"]}" specifies invalid'
    resource = item.get('HostResource', '')
    identity = resource.removeprefix('ovf:').removeprefix('/disk/')
    if identity not in disks:
        wrong(path, f'{what} host resource "{resource}"')
    if item.get('Parent') not in by_instance:
        wrong(path, f'{what} parent "{item.get("Parent")}"')
    by_instance[item['Parent']]['disks'].append({**disks[identity], 'id': identity, 'port': int(item.get('AddressOnParent', 0))})


def item_of(element):
    """The values of a hardware item by their names."""
    values = {child.tag.removeprefix(RASD): (child.text or '').strip() for child in element}
    values['ResourceType'] = int(values.get('ResourceType') or 0)
    return values


def parse(text, path):
    """The root element, or what VirtualBox says of a text that is none."""
    try:
        root = tree.fromstring(text)
    except tree.ParseError as error:
        line, column = error.position
        message = 'Document is empty.' if not text.strip() else f'{str(error).partition(":")[0]}.'
        unreadable(message, f"Location: '{path}', line {line} ({max(line - 1, 0)}), column {column + 1}")
    if root.tag == 'Envelope':
        unreadable("Error reading namespace URI in 'Envelope' element, line 2")
    if root.tag != OVF + 'Envelope':
        refusal = bare('NS_ERROR_ABORT', 'Operation aborted', WHERE)
        refusal.lines = ('Appliance read failed', *refusal.lines)
        refusal.before = '0%...\nProgress object failure: NS_ERROR_ABORT\n'
        raise refusal
    return root


def wrong(path, message):
    """Refuses a descriptor that contradicts itself."""
    unreadable(f'Error reading "{path}": {message}')


def unreadable(*lines):
    """The refusal of a file that is no appliance."""
    code = 'VBOX_E_FILE_ERROR'
    refusal = com(code, lines[0], 'ApplianceWrap', 'IAppliance', WHERE, '', f'0%...{code}\n')
    refusal.lines = ('Appliance read failed', *lines, *refusal.lines[1:])
    raise refusal
